#!/bin/sh
# Stops Docker where nobody has typed for a while, no container runs and no program talks to it: half of what an idle
# sandbox costs. Its socket goes on listening: the next `docker` command starts it again, and so does the first command
# typed in a shell. What the student stopped or broke by hand is not ours to touch.
set -u
QUIET_MINUTES=10
SOCKET=/run/docker.sock

[ "$(systemctl is-active docker.service)" = active ] || exit 0
[ -z "$(find /dev/pts -name '[0-9]*' -mmin "-$QUIET_MINUTES")" ] || exit 0
[ "$(ss -Hx state connected src "$SOCKET" | wc -l)" = 0 ] || exit 0
running=$(timeout 20 docker ps --quiet) || exit 0
[ -z "$running" ] || exit 0

echo yes > /run/chapterhouse/docker-rests
exec systemctl stop docker.service

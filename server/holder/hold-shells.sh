#!/bin/sh
# Begins the holder of a container's shells, as the sandbox's root: hold-shells.sh <token>. Does nothing where one runs.
# Each shell is a login of the student, with the groups that the student has by then.
[ -n "${1:-}" ] || exit 0
cd /home/student || exit 1
exec env -i \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  TERM=xterm-256color COLORTERM=truecolor LANG=C.UTF-8 \
  USER=student LOGNAME=student HOME=/home/student SHELL=/bin/bash \
  CHAPTERHOUSE_SHELL_TOKEN="$1" \
  "${0%/*}/hold" --port 61616 --owner "$(id -u student):$(id -g student)" \
  -- setpriv --reuid=student --regid=student --init-groups bash -l < /dev/null > /dev/null 2>&1

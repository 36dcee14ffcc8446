#!/bin/bash
# First process of a sandbox. Begins the holder of its shells, mounts its own cgroup tree, waits until the host has handed
# that over (the directory then belongs to us), then becomes systemd. Shells are open before: many waiting ones must
# cost nothing, so the waiting begins no process.
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin

install -d -m 0755 /run/chapterhouse
# Shells come from here: before the system boots, and beside it afterwards.
/usr/local/lib/chapterhouse/hold-shells.sh "${CHAPTERHOUSE_SHELL_TOKEN:-}" &
unset CHAPTERHOUSE_SHELL_TOKEN

umount -R /sys/fs/cgroup 2>/dev/null
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup || exit 70

exec {silence}<> <(:)
look_every=0.05
until [[ -O /sys/fs/cgroup ]]; do
  read -r -t "$look_every" -u "$silence"
  # Prepared for somebody who may come much later.
  ((SECONDS > 30)) && look_every=0.5
done
exec {silence}>&-

mirror=${CHAPTERHOUSE_MIRROR:-}
if [ -n "$mirror" ]; then
  settings="\"registry-mirrors\": [\"http://$mirror\"], \"insecure-registries\": [\"$mirror\"],"
else
  settings=
fi
# Its own containers ask the servers that it may reach itself; left to itself Docker would name public ones.
names=
for server in ${CHAPTERHOUSE_DNS:-}; do
  names="${names:+$names, }\"$server\""
done
[ -n "$names" ] && settings="$settings \"dns\": [$names],"

mkdir -p /etc/docker
cat > /etc/docker/daemon.json <<EOF
{
  $settings
  "log-driver": "json-file",
  "log-opts": { "max-size": "2m", "max-file": "2" },
  "shutdown-timeout": 3
}
EOF

# A closed room has no name service: an answer at once instead of a wait.
if [ "${CHAPTERHOUSE_NETWORK:-closed}" = closed ]; then
  : > /etc/resolv.conf
fi

unset CHAPTERHOUSE_MIRROR CHAPTERHOUSE_NETWORK CHAPTERHOUSE_DNS
exec /sbin/init

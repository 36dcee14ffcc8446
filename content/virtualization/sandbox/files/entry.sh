#!/bin/sh
# First process of a sandbox. Mounts its own cgroup tree, waits until the host has handed that over
# (the directory then belongs to us), then becomes systemd.
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin

umount -R /sys/fs/cgroup 2>/dev/null
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup || exit 70

waited=0
while [ "$(stat -c %u /sys/fs/cgroup)" != 0 ]; do
  sleep 0.02
  waited=$((waited + 1))
  # About a minute: the host has forgotten us.
  [ "$waited" -gt 2000 ] && exit 71
done

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

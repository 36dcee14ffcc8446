#!/bin/sh
# Runs while the image is built: `setup.sh` after the packages, `setup.sh finish` at the very end.
set -eu

finish() {
  docker=$(docker --version | sed -n 's/.*version \([0-9]*\.[0-9]*\).*/\1/p')
  line="chapterhouse · debian sid · docker $docker"
  command -v apptainer > /dev/null && line="$line · apptainer $(apptainer --version | sed 's/.*version \([0-9]*\.[0-9]*\).*/\1/')"
  command -v VBoxManage > /dev/null && line="$line · virtualbox $(VBoxManage --version | tail -1 | cut -d. -f1,2)"
  command -v qemu-img > /dev/null && line="$line · qemu $(qemu-img --version | sed -n '1s/.*version \([0-9]*\.[0-9]*\).*/\1/p')"
  printf '%s\n' "$line" > /etc/chapterhouse/motd
  # Where the packages came from is the builder's affair.
  rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/* /var/cache/* /var/log/* /tmp/* /root/.bash_history
  mkdir -p /var/log/journal /var/cache/apt/archives/partial
  rmdir /var/log/journal
  : > /etc/machine-id
}

if [ "${1:-}" = finish ]; then
  finish
  exit 0
fi

for unit in systemd-logind.service systemd-logind-varlink.socket getty.target console-getty.service getty@.service serial-getty@.service \
  systemd-udevd.service systemd-udev-trigger.service systemd-networkd.service systemd-resolved.service systemd-timesyncd.service \
  systemd-firstboot.service systemd-update-utmp.service systemd-machine-id-commit.service systemd-journal-catalog-update.service \
  systemd-hwdb-update.service systemd-sysusers.service systemd-update-done.service systemd-homed.service systemd-userdbd.service \
  systemd-userdbd.socket systemd-pcrlock-make-policy.service ldconfig.service \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer \
  tmp.mount dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
  sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount systemd-binfmt.service systemd-modules-load.service \
  systemd-sysctl.service systemd-random-seed.service systemd-remount-fs.service systemd-ask-password-wall.path \
  systemd-ask-password-console.path systemd-ask-password.socket user@.service systemd-user-sessions.service \
  systemd-tmpfiles-setup-dev.service systemd-tmpfiles-setup-dev-early.service systemd-journal-flush.service \
  kmod-static-nodes.service systemd-pstore.service systemd-hibernate-clear.service systemd-creds.socket \
  systemd-factory-reset.socket systemd-mute-console.socket systemd-sysext.socket systemd-sysinstall.socket \
  imports.target remote-fs.target; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done
# Nothing of what they look for (disks, consoles, remote shells) is in a container. Half of a boot was their starting.
mkdir -p /etc/systemd/system-generators
for generator in /usr/lib/systemd/system-generators/*; do
  ln -sf /dev/null "/etc/systemd/system-generators/${generator##*/}"
done
# Who logs in is the platform's affair; without this one the boot would end with nobody allowed in.
ln -sf /dev/null /etc/tmpfiles.d/systemd-nologin.conf
# Its socket starts it when somebody asks.
rm -f /usr/lib/systemd/system/multi-user.target.wants/dbus.service
systemctl set-default multi-user.target
# Docker starts with the first program that asks for it, and rests again when nobody does.
systemctl disable docker.service containerd.service
systemctl enable docker.socket docker-rest.timer chapterhouse-booted.service

# systemd's own marks around every command would only repeat what our shell integration says.
ln -sf /dev/null /etc/tmpfiles.d/20-systemd-osc-context.conf
rm -f /etc/profile.d/*-systemd-osc-context.sh

groupadd -f docker
groupadd -f sudo
useradd --create-home --uid 1000 --shell /bin/bash --groups docker student
chmod 0440 /etc/sudoers.d/lab
chmod 0755 /usr/local/lib/chapterhouse/*.sh
cp /etc/skel/.bashrc /root/.bashrc
printf '\n. /etc/chapterhouse/shell-integration.bash\n' >> /etc/bash.bashrc
: > /etc/chapterhouse/optional
: > /etc/chapterhouse/missing

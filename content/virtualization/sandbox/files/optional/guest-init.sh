#!/bin/sh
# The first and only program of the guest: makes its devices known and gives its console a shell.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for driver in /drivers/*.ko; do insmod "$driver" 2> /dev/null; done
hostname guest
# From here on the console is the student's: what the kernel still has to say is in dmesg.
dmesg -n 1
export HOME=/ PS1='guest# '
echo
echo "This is the guest: Linux $(uname -r) on $(grep -m 1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs)."
if grep -qw tried /proc/cmdline; then poweroff -f; fi
while :; do
  setsid cttyhack sh
done

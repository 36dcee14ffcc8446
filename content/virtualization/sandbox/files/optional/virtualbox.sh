# VirtualBox without its windows: VBoxManage and what it starts. The package itself would bring a desktop's libraries and a
# compiler for a kernel module that no sandbox may load: ten times as much.
set -eu
parts='VBoxManage VBoxSVC VBoxXPCOMIPCD.so VBoxHeadless VBoxHeadless.so VBoxRT.so VBoxXPCOM.so VBoxXPCOMC.so VBoxDDU.so VBoxDD.so
  VBoxDD2.so VBoxVMM.so VMMR0.r0 VBoxDDR0.r0 vbox-img components'
work=$(mktemp -d)
cd "$work"
apt-get download virtualbox
dpkg-deb -x virtualbox_*.deb all

# The names of libraries carry versions: the package knows today's.
libraries=$(dpkg-deb -f virtualbox_*.deb Depends | tr ',' '\n' | sed -n 's/^ *\(lib[^ (:|]*\).*/\1/p' |
  grep -vE '^lib(gl1|sdl|x11|xt|vncserver|gsoap|jpeg|png)')
# shellcheck disable=SC2086
apt-get install -y $libraries

mkdir -p /usr/lib/virtualbox /usr/share/virtualbox
for part in $parts; do
  mv "all/usr/lib/virtualbox/$part" /usr/lib/virtualbox/
done
# Copies of what lies one folder above.
for twin in /usr/lib/virtualbox/components/*.so; do
  if [ -e "/usr/lib/virtualbox/${twin##*/}" ]; then ln -sf "../${twin##*/}" "$twin"; fi
done
mv all/usr/share/virtualbox/VBox.sh /usr/share/virtualbox/
ln -sf ../share/virtualbox/VBox.sh /usr/bin/VBoxManage
ln -sf VBoxManage /usr/bin/vboxmanage
ln -sf ../share/virtualbox/VBox.sh /usr/bin/VBoxHeadless
ln -sf ../lib/virtualbox/vbox-img /usr/bin/vbox-img
chmod u+s /usr/lib/virtualbox/VBoxHeadless
groupadd -f --system vboxusers
cd /
rm -rf "$work"

VBoxManage --version

# QEMU for one kind of processor, and a guest for it: Debian's kernel for virtual machines and an initrd of busybox with
# the drivers of its disks. The last lines try it: where that guest does not boot there is no QEMU.
set -eu
guest=/usr/share/guest
for file in /usr/share/qemu/*; do
  case ${file##*/} in
    kvmvapic.bin | linuxboot_dma.bin | pvh.bin | efi-e1000.rom | efi-e1000e.rom | efi-virtio.rom) ;;
    *) rm -rf "$file" ;;
  esac
done
rm -f /usr/bin/qemu-system-i386 /usr/share/seabios/vgabios-ati.bin /usr/share/seabios/vgabios-qxl.bin

work=$(mktemp -d)
cd "$work"
parts=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
  linux-image-cloud-amd64 | grep -E '^linux-(binary|modules|image)-[0-9]' | sort -u)
# shellcheck disable=SC2086
apt-get download $parts busybox-static
for package in *.deb; do dpkg-deb -x "$package" all; done

mkdir -p "$guest" root/bin root/dev root/proc root/sys root/tmp root/drivers
cp "$(find all -name 'vmlinuz*' -type f | head -n 1)" "$guest/vmlinuz"
cp "$(find all -name busybox -type f | head -n 1)" root/bin/busybox
for name in $(root/bin/busybox --list); do [ "$name" = busybox ] || ln -s busybox "root/bin/$name"; done

# In the order in which they need each other; a kernel that has one built in, or does without it, brings no file for it.
order=0
for driver in virtio_mmio virtio_blk scsi_common scsi_mod crc-t10dif crc64 crc64-rocksoft t10-pi libata ata_piix sd_mod virtio-rng; do
  file=$(find all -name "$driver.ko*" | head -n 1)
  [ -n "$file" ] || continue
  order=$((order + 1))
  to=root/drivers/$(printf '%02d' "$order")-$driver.ko
  case $file in
    *.xz) root/bin/busybox unxz -c "$file" > "$to" ;;
    *) cp "$file" "$to" ;;
  esac
done
cp /usr/local/lib/chapterhouse/optional/guest-init.sh root/init
chmod 0755 root/init
(cd root && find . | bin/busybox cpio -o -H newc | gzip -9) > "$guest/initrd.img"
chmod 0644 "$guest"/*
cd /
rm -rf "$work"

timeout 180 qemu-system-x86_64 -m 128 -nographic -no-reboot -kernel "$guest/vmlinuz" -initrd "$guest/initrd.img" \
  -append 'console=ttyS0 quiet tried' < /dev/null | tee console.txt
grep -q 'This is the guest' console.txt
rm console.txt

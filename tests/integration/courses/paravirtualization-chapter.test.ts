import { describeChapter } from '../../support/chapter-suite.ts';

const GUEST =
  'qemu-system-x86_64 -nographic -m 128M -nic none -kernel /usr/share/guest/vmlinuz -initrd /usr/share/guest/initrd.img';
const PULL_THE_PLUG = '\u0001x';

describeChapter({
  chapterId: 'paravirtualization',
  hands: {
    find: (blocks) => blocks.map((block) => (block === 'poweroff -f' ? PULL_THE_PLUG : block)),
  },
  instead: {
    find: [
      'truncate -s 1M new.img',
      `${GUEST} -append console=ttyS0 -drive id=d,if=none,format=raw,file=new.img -device virtio-blk-pci,drive=d`,
      'dmesg | grep -o "virtio[0-9]" | head -n 1 | dd of=/dev/vda',
      PULL_THE_PLUG,
    ],
    count: [
      'truncate -s 64M new.img; cp new.img old.img',
      `${GUEST} -append console=ttyS0 -hda old.img -drive if=virtio,file=new.img -trace 'ide_*' -trace 'virtio_*' -D knocks.txt`,
      'dd if=/dev/vda of=/dev/null bs=8k count=1200 iflag=direct',
      'dd if=/dev/sda of=/dev/null bs=8k count=1200 iflag=direct',
      PULL_THE_PLUG,
    ],
  },
});

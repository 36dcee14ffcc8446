import { describeChapter } from '../../support/chapter-suite.ts';

const CTRL_A = '\u0001';
/** From the guest to QEMU's monitor and back. Enter, which ends each line here, brings the prompt. */
const OTHER_CONSOLE = `${CTRL_A}c`;
const PULL_THE_PLUG = `${CTRL_A}x`;
const GUEST =
  'qemu-system-x86_64 -nographic -m 128M -kernel /usr/share/guest/vmlinuz -initrd /usr/share/guest/initrd.img';

describeChapter({
  chapterId: 'full-virtualization',
  hands: {
    boot: (blocks) => [...blocks.slice(0, -1), PULL_THE_PLUG],
    snapshot: ([boot = '', note = '', save = '', list = '', spoil = '', look = '', load = '', read = '']) => [
      ...[boot, note, OTHER_CONSOLE, save, list, OTHER_CONSOLE, spoil, look],
      ...[OTHER_CONSOLE, load, OTHER_CONSOLE, read, PULL_THE_PLUG],
    ],
    // A woken guest prints no prompt by itself.
    resume: ([wake = '', ...rest]) => [`${wake}\r`, ...rest],
  },
  instead: {
    boot: [`${GUEST} -append 'quiet console=ttyS0' -nic none`, 'exit', 'reboot -f', PULL_THE_PLUG],
    disk: ['qemu-img create disk.qcow2 -f qcow2 65536K'],
    snapshot: [
      `${GUEST} -append console=ttyS0 -hda disk.qcow2`,
      'echo another > /note',
      OTHER_CONSOLE,
      'savevm',
      'quit',
    ],
    resume: [
      `${GUEST} -append console=ttyS0 -hda disk.qcow2 -loadvm $(qemu-img snapshot -l disk.qcow2 | awk 'END { print $2 }')\r`,
      'dd if=/note of=/dev/sda',
      PULL_THE_PLUG,
    ],
  },
});

import type { Area } from '../attempt.ts';
import { heldFile } from '../held-files.ts';

export const KERNEL_DOORS: Area = {
  title: 'Doors of the kernel',
  attempts: [
    heldFile({
      id: 'bpf',
      call: 'bpf',
      program: 'my $map = pack("L5x100", 2, 4, 8, 1, 0); my $fd = syscall(321, 0, $map, 72);',
      kind: /^anon_inode:.*bpf/,
      tries: 'Makes a BPF map, the first step of a program that runs in the kernel.',
    }),
    heldFile({
      id: 'perf-event',
      call: 'perf_event_open',
      program: 'my $event = pack("L2Qx112", 1, 120, 0); my $fd = syscall(298, $event, 0, -1, -1, 0);',
      kind: /^anon_inode:.*perf_event/,
      tries: 'Opens a performance counter, a wide and often broken door of the kernel.',
    }),
    heldFile({
      id: 'io-uring',
      call: 'io_uring_setup',
      program: 'my $ring = "\\0" x 120; my $fd = syscall(425, 8, $ring);',
      kind: /^anon_inode:.*io_uring/,
      tries: 'Sets up an io_uring, whose work no system call filter sees.',
    }),
    heldFile({
      id: 'userfaultfd',
      call: 'userfaultfd',
      program: 'my $fd = syscall(323, 0);',
      kind: /^anon_inode:.*userfaultfd/,
      tries: 'Takes over page faults, which makes races in the kernel easy to win.',
    }),
    heldFile({
      id: 'fanotify',
      call: 'fanotify_init',
      program: 'my $fd = syscall(300, 0, 0);',
      kind: /^anon_inode:.*fanotify/,
      tries: 'Watches files of whole file systems, other sandboxes’ included.',
    }),
    heldFile({
      id: 'vsock',
      call: 'socket(AF_VSOCK)',
      program: 'socket(my $vsock, 40, 1, 0);',
      kind: /^socket:/,
      tries: 'Opens a vsock, which passes every firewall rule to the machine below a virtual host.',
    }),
  ],
};

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import type { Area } from '../attempt.ts';
import { groupFolder, groupValue } from '../host-processes.ts';
import type { Scene } from '../scene.ts';

/** Numbers of what a machine usually has: disks of several kinds, loop devices, memory, ports, the kernel's log. */
const NODES = `mkdir -p /tmp/nodes; cd /tmp/nodes
for disk in 254:0 253:0 252:0 259:0 8:0 7:0 7:1 7:2 7:3; do
  mknod "b-$disk" b "\${disk%:*}" "\${disk#*:}"; dd if="b-$disk" of="read-$disk" bs=4096 count=1
done
for device in 1:1 1:4 1:11 10:237 10:232 10:234 5:1 4:0; do mknod "c-$device" c "\${device%:*}" "\${device#*:}"; cat "c-$device" | head -c 16; done`;

async function nodesIn(scene: Scene, folder: string): Promise<string[]> {
  const place = await scene.seenFromHost(folder);
  const { stdout } = await runCommand('find', [
    `${place}/`,
    '-type',
    'b',
    '-o',
    '-type',
    'c',
    '-o',
    '-name',
    'read-*',
    '-size',
    '+0',
  ]);
  return stdout.split('\n').filter((line) => line !== '');
}

export const DEVICES: Area = {
  title: 'Devices',
  attempts: [
    {
      id: 'device-nodes',
      tries: 'Makes device nodes of the host’s disks, memory, ports and kernel log, and reads them.',
      outcome: 'The host finds no device node in the sandbox, and nothing read from one.',
      async run(scene) {
        await scene.root(NODES);
        assert.deepEqual(await nodesIn(scene, '/tmp/nodes'), []);
      },
    },
    {
      id: 'nested-device-nodes',
      tries: 'Makes the same nodes in a nested container with every capability and no filter.',
      outcome: 'The host finds no device node there either: its root is the sandbox’s root, nobody on the host.',
      async run(scene) {
        const flags = '--cap-add ALL --security-opt seccomp=unconfined -v /tmp/nested:/tmp/nodes';
        await scene.nested(flags, NODES);
        assert.deepEqual(await nodesIn(scene, '/tmp/nested'), []);
      },
    },
    {
      id: 'disk-mount',
      tries: 'Mounts the host’s disks, the store’s loop device and the kernel’s own file systems.',
      outcome: 'The host sees no such mount in the sandbox’s namespace.',
      async run(scene) {
        const before = await mountsOf(scene);
        await scene.root(`mkdir -p /tmp/mnt
          for source in /dev/vda /dev/vda1 /dev/sda1 /dev/nvme0n1p1 /dev/loop0 /dev/loop1 ${scene.engine.facts.home}/store.btrfs; do
            for type in btrfs ext4 xfs; do mount -t $type $source /tmp/mnt; mount -o loop -t $type $source /tmp/mnt; done
          done
          for type in debugfs tracefs securityfs configfs pstore efivarfs bpf devtmpfs; do mount -t $type none /tmp/mnt; done`);
        assert.deepEqual(await mountsOf(scene), before);
      },
    },
    {
      id: 'loop-attach',
      tries: 'Attaches a file of its own to a loop device, to mount a file system that it made up.',
      outcome: 'No loop device of the host holds the file.',
      async run(scene) {
        await scene.root(`truncate -s 8M /tmp/escape-loop.img; mknod /tmp/loop-control c 10 237
          losetup -f /tmp/escape-loop.img; mount -o loop /tmp/escape-loop.img /mnt`);
        assert.doesNotMatch((await runCommand('losetup', ['-a'])).stdout, /escape-loop/);
      },
    },
    {
      id: 'device-group',
      tries: 'Mounts the control groups’ device list and allows itself every device.',
      outcome: 'The list that the host keeps for the sandbox is as it was, and a node still cannot be made.',
      async run(scene) {
        const list = async () => {
          const folder = await groupFolder(await scene.pidOf(), 'devices');
          return groupValue(folder, 'devices.list', 'cgroup.controllers');
        };
        const before = await list();
        await scene.root(`mkdir -p /tmp/devices; mount -t cgroup -o devices none /tmp/devices && echo a > /tmp/devices/devices.allow
          ${NODES}`);
        assert.equal(await list(), before);
        assert.deepEqual(await nodesIn(scene, '/tmp/nodes'), []);
      },
    },
    {
      id: 'fuse',
      tries: 'Mounts a file system of its own making through /dev/fuse, where the host’s programs could stumble on it.',
      outcome: 'The host’s own mounts have none of it: whatever is mounted stays in the sandbox’s namespace.',
      async run(scene) {
        await scene.root(`perl -e 'open(my $fuse, "+<", "/dev/fuse") or die $!; mkdir "/tmp/hang";
          my $options = "fd=" . fileno($fuse) . ",rootmode=40000,user_id=0,group_id=0,allow_other";
          system("mount", "-i", "-t", "fuse", "-o", $options, "escape-fuse", "/tmp/hang"); sleep 1'`);
        assert.doesNotMatch(await readFile('/proc/self/mountinfo', 'utf8'), /escape-fuse/);
      },
    },
  ],
};

async function mountsOf(scene: Scene): Promise<string[]> {
  const mounts = await readFile(`/proc/${await scene.pidOf()}/mounts`, 'utf8');
  // Systemd's own come and go with its units, and nested containers' with them.
  return mounts.split('\n').filter((line) => !/ \/run\/|\/var\/lib\/(docker|containerd)\//.test(line));
}

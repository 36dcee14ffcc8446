import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import type { Area } from '../attempt.ts';
import { whileHeld } from '../held-files.ts';
import { groupFolder } from '../host-processes.ts';
import type { Scene } from '../scene.ts';

const neighbourSays = async (scene: Scene, program: string) =>
  (await scene.root(`exec perl -e '${program}'`, { in: scene.neighbour })).stdout.trim();

/** How many keys the kernel counts for the sandboxes' root. */
async function keyCount(): Promise<number> {
  const line = (await readFile('/proc/key-users', 'utf8')).split('\n').find((one) => /^\s*100000:/.test(one));
  return Number(/^\s*\d+:\s+(\d+)/.exec(line ?? '')?.[1] ?? 0);
}

const READ_KEY =
  'my $id = $ARGV[0]; my $text = "\\0" x 256; syscall(250, 5, $id, 0x3f3f3f3f); syscall(250, 11, $id, $text, 256); print $text;';
/** Adds a key that anybody may read, says its number, and keeps it for a while. */
const ADD_KEY = `syscall(250, 1, 0); my ($type, $name) = ("user\\0", "escape\\0"); my $id = syscall(248, $type, $name, $ARGV[0], length $ARGV[0], -3);
  syscall(250, 5, $id, 0x3f3f3f3f); $| = 1; print "$id\\n"; my $text = "\\0" x 256; syscall(250, 11, $id, $text, 256); print "$text\\n";`;

const MAKE_GROUPS = `perl -e 'chdir "/sys/fs/cgroup"; mkdir "bomb"; for (1 .. 1500) { mkdir "bomb/$_" or last }'`;

/** What the kernel counts per user, or once for the whole machine. All sandboxes are the same user to it. */
export const SHARED_COUNTS: Area = {
  title: 'What the kernel counts for all sandboxes together',
  attempts: [
    {
      id: 'key-read',
      tries:
        'Reads a key that a process of the host keeps under the sandboxes’ own mapped user, with leave for everybody.',
      outcome: 'The secret in it does not come out; on the host the same user reads it.',
      async run(scene) {
        const { witness } = scene;
        const asMapped = ['--reuid=100000', '--regid=100000', '--clear-groups', 'perl', '-e'];
        const keeps = `${ADD_KEY} my $half = fork // die; if (!$half) { my $text = "\\0" x 256; syscall(250, 11, $id, $text, 256); exit } waitpid($half, 0);`;
        const added = await runCommand('setpriv', [...asMapped, keeps, witness.secret]);
        assert.ok(added.stdout.includes(witness.secret), 'the host reads the key');
        const id = added.stdout.split('\n')[0] ?? '';
        const { stdout } = await scene.root(
          `perl -e '${READ_KEY}' ${id}; for key in $(cut -d ' ' -f 1 /proc/keys); do perl -e '${READ_KEY}' $((16#$key)); done`,
        );
        assert.ok(!stdout.includes(witness.secret));
      },
    },
    {
      id: 'key-hog',
      tries: 'Adds keys and session keyrings until none is left for anybody.',
      outcome: 'The kernel counts a few hundred at most, and the neighbour’s `docker run`, which needs one, works.',
      async run(scene) {
        const program = `my ($type, $value) = ("user\\0", "x"); for my $i (1 .. 60000) { my $name = "key$i\\0"; last if syscall(248, $type, $name, $value, 1, -3) < 0 }
          for (1 .. 100) { my $child = fork; last unless defined $child; if (!$child) { syscall(250, 1, 0); syscall(250, 0, -1, 1); syscall(250, 0, -2, 1); alarm 60; sleep 60; exit } }
          select undef, undef, undef, 1;`;
        await whileHeld(scene, { id: 'keys', program }, async () => {
          assert.ok((await keyCount()) < 2000, `${await keyCount()} keys`);
          await scene.neighbourWorks();
        });
      },
    },
    {
      id: 'inotify-hog',
      tries: 'Opens 15,000 inotify instances, which a machine has 128 of per user unless told otherwise.',
      outcome: 'The neighbour opens one of its own, a new shell and a container.',
      async run(scene) {
        await whileHeld(
          scene,
          { id: 'inotify', program: 'for (1 .. 15000) { last if syscall(253) < 0 }' },
          async () => {
            assert.notEqual(await neighbourSays(scene, 'print syscall(253)'), '-1');
            await scene.neighbourWorks();
          },
        );
      },
    },
    {
      id: 'terminal-hog',
      tries: 'Opens 5,000 pseudo terminals, more than Linux gives to all containers of a machine together.',
      outcome: 'The neighbour opens a new shell, which needs two.',
      async run(scene) {
        const program = 'my @all; for (1 .. 5000) { open(my $one, "+<", "/dev/ptmx") or last; push @all, $one }';
        await whileHeld(scene, { id: 'terminals', program }, async () => {
          assert.ok(Number(await readFile('/proc/sys/kernel/pty/nr', 'utf8')) > 4096, 'the attempt got its terminals');
          await scene.neighbourWorks();
        });
      },
    },
    {
      id: 'pipe-hog',
      tries: 'Opens 6,000 pipes, after which Linux gives the same user pipes of two pages only.',
      outcome: 'A pipe of the neighbour’s has its full 64 KiB.',
      async run(scene) {
        await whileHeld(
          scene,
          { id: 'pipes', program: 'my @all; for (1 .. 6000) { pipe(my $in, my $out) or last; push @all, $in, $out }' },
          async () => {
            assert.equal(await neighbourSays(scene, 'pipe(my $in, my $out); print fcntl($in, 1032, 0)'), '65536');
          },
        );
      },
    },
    {
      id: 'aio-hog',
      tries: 'Reserves 80,000 events of asynchronous reading, which a machine has 65,536 of.',
      outcome: 'The neighbour reserves its own.',
      async run(scene) {
        await whileHeld(
          scene,
          {
            id: 'aio',
            program: 'for (1 .. 80) { my $context = pack("Q", 0); last if syscall(206, 1000, $context) < 0 }',
          },
          async () => {
            assert.ok(Number(await readFile('/proc/sys/fs/aio-nr', 'utf8')) > 65_536, 'the attempt got its events');
            assert.equal(
              await neighbourSays(scene, 'my $context = pack("Q", 0); print syscall(206, 64, $context)'),
              '0',
            );
          },
        );
      },
    },
    {
      id: 'message-queue-hog',
      tries: 'Makes POSIX message queues until the bytes that all sandboxes and the host’s root share are used up.',
      outcome: 'The host’s root makes a queue of its own.',
      async run(scene) {
        const queue = (name: string) =>
          `my $name = "${name}\\0"; my $size = pack("q8", 0, 10, 8192, 0, 0, 0, 0, 0); my $fd = syscall(240, $name, 66, 0600, $size);`;
        const program = `for my $i (1 .. 200) { ${queue('escape$i')} last if $fd < 0 }`;
        await whileHeld(scene, { id: 'queues', program }, async () => {
          const host = await runCommand('unshare', ['-i', 'perl', '-e', `${queue('host')} print $fd`]);
          assert.match(host.stdout, /^\d+$/);
        });
      },
    },
    {
      id: 'group-bomb',
      tries: 'Makes 1,500 control groups below its own.',
      outcome: 'The host counts no more than the thousand that a sandbox may have.',
      async run(scene) {
        await scene.root(MAKE_GROUPS);
        const folder = await unifiedFolder(scene);
        const count = (await readdir(`${folder}/bomb`, { withFileTypes: true })).filter((one) =>
          one.isDirectory(),
        ).length;
        await scene.root('cd /sys/fs/cgroup && rmdir bomb/* bomb');
        assert.ok(count > 500 && count <= 1000, `${count} groups`);
      },
    },
    {
      id: 'network-namespaces',
      tries: 'Makes 40 network namespaces and keeps them.',
      outcome: 'The neighbour’s `docker run`, which needs one, works meanwhile.',
      async run(scene) {
        await scene.root('for i in $(seq 40); do ip netns add escape-$i || break; done');
        await scene.neighbourWorks();
        await scene.root('for i in $(seq 40); do ip netns delete escape-$i; done');
      },
    },
    {
      id: 'system-v',
      tries: 'Fills the shared memory, semaphores and queues of System V.',
      outcome: 'They are its own namespace’s: the host’s list is as it was, and the memory is the sandbox’s.',
      async run(scene) {
        const before = await readFile('/proc/sysvipc/shm', 'utf8');
        await scene.root('for i in $(seq 40); do ipcmk -M 1048576 -S 8 -Q > /dev/null || break; done');
        assert.equal(await readFile('/proc/sysvipc/shm', 'utf8'), before);
        await scene.root('ipcrm --all');
      },
    },
  ],
};

async function unifiedFolder(scene: Scene): Promise<string> {
  const folder = await groupFolder(await scene.pidOf(), 'no-such-controller');
  return folder.slice(0, folder.indexOf(scene.attacker.ref) + scene.attacker.ref.length);
}

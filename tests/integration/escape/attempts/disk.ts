import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import type { Area } from '../attempt.ts';
import { LIMITS, type Scene } from '../scene.ts';

const DISK = LIMITS.diskMiB * 1024 ** 2;

/** What the file system of the store charges to a sandbox, everything written out first. */
async function onDisk(scene: Scene, sandbox: Sandbox): Promise<number> {
  const place = `/proc/${await scene.pidOf(sandbox)}/root`;
  await runCommand('sync', ['-f', place]);
  const shown = await runCommand('btrfs', ['qgroup', 'show', '--raw', '-f', place]);
  const [, own] = /^0\/\d+\s+\d+\s+(\d+)/m.exec(shown.stdout) ?? [];
  if (own === undefined) throw new Error(`no quota group of ${place}: ${shown.stdout}${shown.stderr}`);
  return Number(own);
}

async function staysWithin(scene: Scene, sandbox: Sandbox): Promise<void> {
  const bytes = await onDisk(scene, sandbox);
  assert.ok(bytes > 0 && bytes <= DISK, `${bytes} bytes on disk`);
  const { exitCode } = await scene.root(
    'dd if=/dev/zero of=/tmp/still bs=1M count=10 && sync -f /tmp/still && rm /tmp/still',
    { in: scene.neighbour },
  );
  assert.equal(exitCode, 0, 'the neighbour writes');
}

const WITHIN = `The store charges no more than the sandbox’s ${LIMITS.diskMiB} MiB, and the neighbour writes.`;

const fills = (id: string, tries: string, script: string) => ({
  id,
  tries,
  outcome: WITHIN,
  async run(scene: Scene) {
    const spare = await scene.spare();
    await scene.root(script, { in: spare, timeoutMs: 25_000 });
    await staysWithin(scene, spare);
  },
});

/** Half a megabyte of compressed zeros says that it is three gigabytes. */
const BOMB = `mkdir -p /tmp/bomb && cd /tmp/bomb && head -c 64M /dev/zero | gzip > piece
  perl -e 'my $h = pack("a100a8a8a8a12a12a8a1", "bomb", "0000644", "0000000", "0000000", sprintf("%011o", 48 * 64 * 1024 ** 2), "00000000000", "        ", "0"); $h .= "\\0" x (512 - length $h);
    my $sum = unpack("%32C*", $h); substr($h, 148, 8) = sprintf("%06o\\0 ", $sum); print $h' | gzip > bomb.tar.gz
  for i in $(seq 48); do cat piece >> bomb.tar.gz; done; rm piece
  printf 'FROM scratch\\nADD bomb.tar.gz /\\n' > Dockerfile; timeout 22 docker build . 2>&1 | tail -3`;

/** As \`btrfs subvolume create\` and \`btrfs subvolume snapshot\` ask, in the numbers of both widths. */
const SUBVOLUMES = `cd /tmp; for call in 0x5000940E 0x50009418 0x50009417 0x50009401 0x5000940F 0x40049415 0xC4009420 0x8010942B; do
  perl -e 'open(my $here, "<", "."); my $name = pack("q", fileno $here) . pack("Z4088", "escape-sub"); ioctl($here, hex $ARGV[0], $name); ioctl($here, hex($ARGV[0]) | (1 << 32), $name)' $call; done`;

export const DISK_FILLERS: Area = {
  title: 'Greed for disk and logs',
  attempts: [
    fills(
      'disk-filler',
      'Fills its disk by reserving space, with zeros and with sparse files of a terabyte.',
      'cd /tmp; truncate -s 1T sparse; for i in 1 2 3; do fallocate -l 400M f$i; done; dd if=/dev/zero of=more bs=1M count=600; dd if=/dev/zero of=sparse conv=notrunc bs=1M seek=1000 count=100; true',
    ),
    fills(
      'inode-filler',
      'Makes as many small files and extended attributes as it can in five seconds.',
      `mkdir /tmp/many; cd /tmp/many; perl -e 'my $end = time + 5; my $i = 0; while (time < $end) { for (1 .. 500) { open(my $f, ">", "${'n'.repeat(180)}" . $i++) or exit; print $f "x" x 2000 } }'`,
    ),
    fills(
      'shared-blocks',
      'Copies a file three hundred times by sharing its blocks, then writes into the copies.',
      'cd /tmp; dd if=/dev/zero of=one bs=1M count=32; for i in $(seq 300); do cp --reflink=always one c$i || break; done; for i in $(seq 34); do dd if=/dev/urandom of=c$i bs=1M count=32 conv=notrunc || break; done; true',
    ),
    fills('zip-bomb', 'Builds an image from half a megabyte that unpacks to three gigabytes.', BOMB),
    {
      id: 'subvolume',
      tries: 'Makes a subvolume and snapshots of its own, which have no limit, and removes its limit.',
      outcome: 'The store has no subvolume of that name.',
      async run(scene) {
        await scene.root(SUBVOLUMES);
        const { stdout } = await runCommand('btrfs', ['subvolume', 'list', `${scene.engine.facts.home}/data`]);
        assert.match(stdout, /subvolumes/);
        assert.doesNotMatch(stdout, /escape-sub/);
      },
    },
    {
      id: 'console-flood',
      tries: 'Writes to its console without end.',
      outcome: 'What the host keeps of it stays below a megabyte.',
      async run(scene) {
        const spare = await scene.spare();
        await scene.root('for i in 1 2 3; do timeout 3 sh -c "yes flood > /dev/console" & done; wait', { in: spare });
        const { LogPath } = await scene.docker.getContainer(spare.ref).inspect();
        const size = LogPath === '' ? 0 : (await stat(LogPath)).size;
        assert.ok(size < 1024 ** 2, `${size} bytes`);
      },
    },
    {
      id: 'journal-flood',
      tries: 'Writes to its journal, its system log and its containers’ logs without end.',
      outcome: `It is all its own: ${WITHIN}`,
      async run(scene) {
        const spare = await scene.spare();
        await scene.root(
          'docker pull -q alpine; timeout 3 sh -c "yes flood | systemd-cat" & timeout 3 sh -c "yes flood | logger" & timeout 3 docker run --rm alpine yes flood > /dev/null & wait',
          { in: spare },
        );
        await staysWithin(scene, spare);
      },
    },
    {
      id: 'nested-many',
      tries: 'Makes twenty nested networks and ten containers at once.',
      outcome: 'They count as its own; the neighbour opens a shell and runs a container.',
      async run(scene) {
        const spare = await scene.spare();
        await scene
          .root(
            'docker pull -q alpine; for i in $(seq 20); do docker network create n$i & done > /dev/null; wait; for i in $(seq 10); do timeout 10 docker run -d alpine sleep 60 & done > /dev/null; wait',
            { in: spare, timeoutMs: 25_000 },
          )
          .catch(() => undefined);
        await scene.neighbourWorks();
      },
    },
  ],
};

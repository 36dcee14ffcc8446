import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import type { Area } from '../attempt.ts';
import { pause } from '../echo-meter.ts';
import { groupFolder, groupValue, processesOf } from '../host-processes.ts';
import { LIMITS, type Scene } from '../scene.ts';

const MEMORY = LIMITS.memoryMiB * 1024 ** 2;

/** The most that the host counts while it lasts. A sandbox may lose its first process to it, and its group with that. */
async function mostMemoryWhile(scene: Scene, sandbox: Sandbox, lasts: Promise<unknown>): Promise<number> {
  const folder = await groupFolder(await scene.pidOf(sandbox), 'memory');
  let isOver = false;
  const over = lasts.finally(() => {
    isOver = true;
  });
  let most = 0;
  while (!isOver) {
    const now = groupValue(folder, 'memory.max_usage_in_bytes', 'memory.peak', 'memory.current');
    most = Math.max(most, Number(await now.catch(() => '0')));
    await pause(100);
  }
  await over;
  return most;
}

/** Begins it and does not wait: what does not end by itself ends with its sandbox. */
function begin(scene: Scene, sandbox: Sandbox, script: string): void {
  scene.root(script, { in: sandbox, timeoutMs: 20_000 }).catch(() => undefined);
}

const keepsWithinMemory = (id: string, tries: string, script: string) => ({
  id,
  tries,
  outcome: `The host counts no more than the sandbox’s ${LIMITS.memoryMiB} MiB, and the neighbour works.`,
  async run(scene: Scene) {
    const spare = await scene.spare();
    const attack = scene.root(script, { in: spare, timeoutMs: 8000 }).catch(() => undefined);
    const most = await mostMemoryWhile(scene, spare, attack);
    assert.ok(most > MEMORY / 2 && most <= MEMORY, `${most} bytes`);
    await scene.neighbourWorks();
  },
});

export const HOGS: Area = {
  title: 'Greed for processes, memory and processor',
  attempts: [
    {
      id: 'fork-bomb',
      tries: 'Forks without end.',
      outcome: `The host counts no more than the sandbox’s ${LIMITS.pids} processes; the neighbour opens a shell and runs a container.`,
      async run(scene) {
        const spare = await scene.spare();
        begin(scene, spare, "exec perl -e 'while (1) { fork }'");
        await pause(3000);
        const count = (await processesOf(await scene.pidOf(spare))).length;
        assert.ok(count > LIMITS.pids / 2 && count <= LIMITS.pids, `${count} processes`);
        await scene.neighbourWorks();
      },
    },
    keepsWithinMemory(
      'memory-hog',
      'Takes memory in ten processes until they are ended.',
      'for i in $(seq 10); do tail /dev/zero & done; wait',
    ),
    keepsWithinMemory(
      'memory-file-systems',
      'Fills /dev/shm, /run and memory file systems of its own making, as large as the machine.',
      'for i in $(seq 4); do mkdir -p /tmp/m$i; mount -t tmpfs -o size=100% none /tmp/m$i; done; for to in /dev/shm /run /tmp/m1 /tmp/m2; do head -c 400M /dev/zero > $to/fill & done; wait',
    ),
    keepsWithinMemory(
      'name-cache-hog',
      'Asks for millions of files that are not there, each of which the kernel remembers.',
      `for p in 1 2 3; do perl -e 'my $end = time + 6; my $i = 0; while (time < $end) { stat "/tmp/$ARGV[0]-${'x'.repeat(200)}-" . $i++ for 1 .. 1000 }' $p & done; tail /dev/zero; wait`,
    ),
    {
      id: 'processor-hog',
      tries: 'Computes in sixty processes at once, asking for the highest priority.',
      outcome: 'The host counts no more time than the sandbox’s share of a processor.',
      async run(scene) {
        const spare = await scene.spare();
        const folder = await groupFolder(await scene.pidOf(spare), 'cpuacct').catch(() => null);
        const used = async () =>
          folder === null ? (await spare.stats()).cpuSeconds : Number(await groupValue(folder, 'cpuacct.usage')) / 1e9;
        const [before, began] = [await used(), performance.now()];
        begin(scene, spare, 'for i in $(seq 60); do nice -n -20 perl -e "1 while 1" & done; chrt -f 50 true; wait');
        await pause(5000);
        const share = ((await used()) - before) / ((performance.now() - began) / 1000);
        assert.ok(share > 0 && share < LIMITS.cpus * 1.3, `${share} processors`);
      },
    },
    {
      id: 'real-time',
      tries: 'Asks for real-time scheduling and a better place in the queue of the disk.',
      outcome: 'The host finds no process of the sandbox with a real-time policy or a priority above normal.',
      async run(scene) {
        await scene.root(
          'chrt -f -p 50 1; chrt -r -p 50 $$; renice -n -20 -p 1; ionice -c 1 -n 0 -p 1; echo -1000 > /proc/1/oom_score_adj',
        );
        for (const pid of await processesOf(await scene.pidOf())) {
          const fields =
            (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ').at(-1)?.split(' ') ?? [];
          if (fields.length < 39) continue;
          const [nice, policy] = [Number(fields[16]), Number(fields[38])];
          assert.ok(nice >= 0, `nice ${nice}`);
          assert.ok(policy === 0 || policy === 3 || policy === 5, `policy ${policy}`);
        }
      },
    },
  ],
};

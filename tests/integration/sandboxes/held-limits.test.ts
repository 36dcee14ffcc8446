import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { dockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import { runsForegroundJob } from '#server/sandboxes/foreground-job.ts';
import { resolvePolicy } from '#server/shared/limit-rules.ts';
import { courseSandbox } from '#server/shared/sandbox-policy.ts';
import { Screen } from '../../contract/screen.ts';
import { openTestEngine, type TestEngine } from '../../support/engine-for-tests.ts';

/** Roomy defaults, a course that is stricter, and a class with the last word: each limit can be told apart inside. */
const defaults = { memoryMiB: 1024, cpus: 2, pids: 1024, diskMiB: 4096, idleMinutes: 60, lifetimeMinutes: 240 };
const policy = resolvePolicy({
  machine: { defaults, ceilings: { ...defaults, diskMiB: 1100 } },
  course: courseSandbox.parse({ memoryMiB: 512, cpus: 1, pids: 512, diskMiB: 2048 }),
  classroom: { memoryMiB: 384, cpus: 0.5, pids: 160 },
});
let lab: TestEngine;
let driver: DockerDriver;
let sandbox: Sandbox;

beforeAll(async () => {
  lab = await openTestEngine();
  // Whoever started it watches it: a suite that borrows an engine must never restart it.
  lab.engine.release();
  driver = new DockerDriver({
    installation: `held-${process.pid}`,
    place: async () => ({ ...dockerPlace(lab.engine.facts), mirrorPort: null }),
    imageFor: async () => lab.imageTag,
    host: lab.engine,
  });
  const { limits, network } = policy;
  sandbox = await driver.create({ sandboxId: `hl-${process.pid}`, courseId: lab.courseId, limits, network });
});
afterAll(async () => {
  await sandbox?.destroy();
  await driver?.dispose();
  await lab?.close();
});

const inside = (script: string) =>
  sandbox.exec({ argv: ['bash', '-c', script], user: 'student', timeoutMs: 120_000, maxOutputBytes: 20_000 });
const filling = (mebibytes: number) => inside(`perl -e '$x = "x" x (${mebibytes} * 1048576); print length $x'`);

test('class over course over machine, within the ceiling', () => {
  expect(policy.limits).toEqual({ memoryMiB: 384, cpus: 0.5, pids: 160, diskMiB: 1100 });
});

test('this host says of each limit that it holds it', async () => {
  const { enforces } = await driver.check();
  const quota = lab.engine.status().storage?.quota ? ['diskMiB'] : [];
  expect(enforces).toEqual(['memoryMiB', 'cpus', 'pids', ...quota]);
});

test('memory: what fits is given, what does not fit is refused, and the sandbox lives on', async () => {
  expect((await filling(120)).stdout).toBe(String(120 * 1048576));
  // The course's 512 would have held it.
  const greedy = await filling(450);
  expect(greedy.stdout).toBe('');
  expect(greedy.timedOut).toBe(false);
  expect((await inside('echo alive')).stdout).toBe('alive\n');
});

test('processes: no more than the class may have at once, those of the system included', async () => {
  const script =
    'my $n = 0; while ($n < 400) { my $p = fork; last unless defined $p; if (!$p) { sleep 60; exit } $n++ } print $n; kill 9, -$$';
  const { stdout } = await inside(`setsid perl -e '$| = 1; ${script}'`);
  expect(Number(stdout)).toBeGreaterThan(40);
  expect(Number(stdout)).toBeLessThan(160);
});

test('processor: two busy programs get half of one together', async () => {
  const before = await sandbox.stats();
  const { stdout } = await inside(
    'a=$(date +%s%N); (timeout 4 perl -e "1 while 1" & timeout 4 perl -e "1 while 1"; wait); b=$(date +%s%N); echo $(( (b - a) / 1000000 ))',
  );
  const used = (await sandbox.stats()).cpuSeconds - before.cpuSeconds;
  expect(used / (Number(stdout) / 1000)).toBeLessThan(0.65);
  expect(used).toBeGreaterThan(0.1);
});

test('disk: the ceiling holds over the course’s wish', async () => {
  const { stdout, stderr } = await inside('dd if=/dev/zero of=big bs=1M count=1200; echo $?; rm big');
  expect(stdout.trim()).toBe('1');
  expect(stderr).toMatch(/quota|No space/i);
});

test('a job in front of a held shell is seen from outside, one in the background is not', async () => {
  const screen = new Screen(await sandbox.openShell({ name: 'shell-1', size: { cols: 80, rows: 24 } }));
  await screen.sees('student@lab');
  expect(await runsForegroundJob(sandbox)).toBe(false);
  screen.type('sleep 300 & echo in the back\r');
  await screen.sees('in the back\r');
  await expect.poll(() => runsForegroundJob(sandbox), { timeout: 20_000 }).toBe(false);
  screen.type('cat\r');
  await expect.poll(() => runsForegroundJob(sandbox), { timeout: 20_000 }).toBe(true);
  screen.type('\x03');
  await expect.poll(() => runsForegroundJob(sandbox), { timeout: 20_000 }).toBe(false);
});

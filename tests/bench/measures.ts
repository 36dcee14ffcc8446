import { availableParallelism, totalmem } from 'node:os';
import { costOf, seatsOf } from '#server/sandboxes/capacity-model.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { type BenchRoom, POLICY } from './classroom.ts';
import { type Figure, single, spread } from './figures.ts';
import { costMiB } from './memory.ts';
import { comes, runs, type Visit } from './student.ts';

const RUN = 'docker run --rm alpine true';
const CLASS = 30;
const POOL = 10;

/** From the click, where nothing was made beforehand. */
export async function coldStarts(room: BenchRoom, times: number): Promise<Figure[]> {
  const visits = await oneByOne(room, times, async () => undefined);
  await room.clear();
  return starts('cold', visits, null);
}

/** From the click, where one was kept warm. */
export async function warmStarts(room: BenchRoom, times: number): Promise<Figure[]> {
  const visits = await oneByOne(room, times, () => room.fillPool(2));
  await room.clear();
  return starts('warm', visits, 'p95 under 100 ms');
}

type Timed = { promptMs: number; dockerMs: number };

async function oneByOne(room: BenchRoom, times: number, ready: () => Promise<void>): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (let time = 0; time < times; time++) {
    await ready();
    const { promptMs, shell, enrollmentId } = await comes(room);
    timed.push({ promptMs, dockerMs: promptMs + (await runs(shell, RUN)) });
    const { sandboxId } = room.manager.view(enrollmentId);
    if (sandboxId !== null) await room.manager.end(sandboxId, 'ended_by_admin');
  }
  return timed;
}

function starts(kind: string, timed: readonly Timed[], aim: string | null): Figure[] {
  return [
    spread(
      `${kind}: click to prompt`,
      timed.map(({ promptMs }) => promptMs),
      'ms',
      aim,
    ),
    spread(
      `${kind}: click to the end of docker run`,
      timed.map(({ dockerMs }) => dockerMs),
      'ms',
    ),
  ];
}

/** A class that opens its links in the same moment, with a pool of ten, and what the pool prepares beside them. */
export async function thirtyAtOnce(room: BenchRoom): Promise<Figure[]> {
  await room.fillPool(POOL);
  const outcomes = await Promise.allSettled(Array.from({ length: CLASS }, () => comes(room)));
  const visits = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  for (const outcome of outcomes) if (outcome.status === 'rejected') console.error(outcome.reason);
  const times = visits.map(({ promptMs }) => promptMs);
  const figures = [
    spread(`${CLASS} at once, ${POOL} warm and ${2 * POOL} prepared: click to prompt`, times, 'ms'),
    single(`${CLASS} at once: the last one at a prompt`, Math.max(...times), 'ms', 'within 10000 ms'),
    single(`${CLASS} at once: failed`, CLASS - visits.length, 'count', '0'),
    ...(await memory(room, visits)),
  ];
  await room.clear();
  figures.push(await preparedMemory(room));
  return figures;
}

async function memory(room: BenchRoom, visits: readonly Visit[]): Promise<Figure[]> {
  const sandboxes = visits.flatMap(({ enrollmentId }) => room.manager.find(enrollmentId) ?? []);
  const active = visits.slice(0, 5);
  for (const { shell } of active) await runs(shell, 'docker run -d --rm alpine sleep 600');
  const busy = await costs(active.flatMap(({ enrollmentId }) => room.manager.find(enrollmentId) ?? []));
  for (const sandbox of sandboxes) await rest(sandbox);
  const idle = await costs(sandboxes);
  const stats = await Promise.all(sandboxes.map((sandbox) => sandbox.stats()));
  return [
    spread('memory of an idle student, all included', idle, 'MiB', 'under 40 MiB'),
    spread('memory of an active student (Docker and a container run)', busy, 'MiB'),
    single('sandboxes this machine carries, by what these take', fits(stats), 'count'),
  ];
}

async function preparedMemory({ driver, courseId }: BenchRoom): Promise<Figure> {
  const spec = (number: number) => ({
    sandboxId: `bench-prepared-${number}`,
    courseId,
    limits: POLICY.limits,
    waits: true,
  });
  const sandboxes = await Promise.all([1, 2, 3, 4].map((number) => driver.create(spec(number))));
  const held = await costs(sandboxes);
  for (const sandbox of sandboxes) await sandbox.destroy();
  return spread('memory of a prepared sandbox, all included', held, 'MiB');
}

const costs = (sandboxes: readonly Sandbox[]) => Promise.all(sandboxes.map(costMiB));

/** As its own timer does after some quiet minutes. */
async function rest(sandbox: Sandbox): Promise<void> {
  const argv = ['sh', '-c', 'docker ps -q | xargs -r docker kill; systemctl stop docker.service'] as const;
  await sandbox.exec({ argv, user: 'root', timeoutMs: 60_000, maxOutputBytes: 4096 });
}

function fits(measured: Parameters<typeof costOf>[1]): number {
  const facts = { memoryBytes: totalmem(), cpus: availableParallelism(), diskFreeBytes: null };
  return seatsOf({ facts, cost: costOf(POLICY.limits, measured), used: 0, setting: null }).total;
}

/** A sandbox in which something was done, kept and begun again. */
export async function snapshots(room: BenchRoom, times: number): Promise<Figure[]> {
  const taken: number[] = [];
  const restored: number[] = [];
  const { enrollmentId, shell } = await comes(room);
  await runs(shell, 'docker run --name kept alpine true');
  const sandbox = room.manager.find(enrollmentId);
  for (let time = 0; sandbox !== null && time < times; time++) {
    const began = performance.now();
    const snapshot = await sandbox.snapshot(`bench-${time}`);
    taken.push(performance.now() - began);
    const again = performance.now();
    const spec = {
      sandboxId: `bench-restored-${time}`,
      courseId: room.courseId,
      limits: POLICY.limits,
      from: snapshot,
    };
    const copy = await room.driver.create(spec);
    restored.push(performance.now() - again);
    await copy.destroy();
    await room.driver.deleteSnapshot(snapshot);
  }
  await room.clear();
  return [spread('take a snapshot', taken, 'ms'), spread('restore a snapshot, to a shell', restored, 'ms')];
}

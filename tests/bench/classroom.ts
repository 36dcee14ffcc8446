import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#server/clock.ts';
import { closeDatabase, db, openDatabase } from '#server/db.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { createSandboxManager, type SandboxManager } from '#server/sandboxes/manager.ts';
import { createMirror } from '#server/sandboxes/registry/mirror.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import { migrate } from '../../prisma/migrate.ts';
import { openTestEngine } from '../support/engine-for-tests.ts';
import { filterEngine } from '../support/filtered-engine.ts';

/** As a student of the course gets it where nobody says otherwise. */
export const POLICY: SandboxPolicy = {
  limits: { memoryMiB: 1024, cpus: 1, pids: 1024, diskMiB: 4096 },
  idleMs: 3_600_000,
  lifetimeMs: 14_400_000,
  longestLifeMs: 43_200_000,
  network: 'mirror',
};
const MOST = 60;
const LONGEST_WAIT_MS = 900_000;

export type BenchRoom = {
  driver: DockerDriver;
  courseId: string;
  manager: SandboxManager;
  /** A student who has no sandbox yet. */
  newcomer(): Promise<string>;
  /** So many warm ones; whoever takes one makes room for another, as in the product. */
  fillPool(count: number): Promise<void>;
  /** Ends every sandbox there is; the pool stays empty. */
  clear(): Promise<void>;
  close(): Promise<void>;
};

/** The product's own manager over a real engine, through the keeper's filter, with a database of its own. */
export async function openRoom(): Promise<BenchRoom> {
  const owned = new AsyncDisposableStack();
  try {
    return await furnish(owned);
  } catch (error) {
    await owned.disposeAsync();
    throw error;
  }
}

async function furnish(owned: AsyncDisposableStack): Promise<BenchRoom> {
  const { engine, courseId, imageTag, close } = await openTestEngine();
  owned.defer(close);
  const mirror = createMirror(engine.facts);
  const isShared = process.env.CHAPTERHOUSE_TEST_ENGINE_SOCKET !== undefined;
  // A shared one goes on serving the other suites.
  owned.defer(async () => (isShared ? mirror.release() : mirror.stop()));
  await mirror.start();
  await mirror.seed();
  const installation = `bench-${process.pid}`;
  const filtered = await filterEngine({ engine, installation, imageTag });
  owned.defer(() => filtered.close());
  const driver = new DockerDriver({
    installation,
    place: async () => filtered.place,
    imageFor: async () => imageTag,
    host: filtered,
  });
  owned.defer(() => driver.dispose());
  owned.defer(() => removeAll(driver));
  await openDatabaseOfOwn(owned);
  const wanted = { count: 0 };
  const manager = createSandboxManager({
    driver,
    clock: systemClock,
    settings: { maxSandboxes: MOST, warnMs: 60_000, createConcurrency: 4 },
    policyOf: async () => POLICY,
    wants: async () => [{ courseId, policy: POLICY, count: wanted.count }],
  });
  owned.defer(() => manager.dispose());
  manager.start();
  return {
    driver,
    courseId,
    manager,
    newcomer: () => addStudent(courseId),
    fillPool: (count) => fillPool(manager, wanted, { courseId, count }),
    clear: () => clear(manager, wanted),
    close: () => owned.disposeAsync(),
  };
}

async function openDatabaseOfOwn(owned: AsyncDisposableStack): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  owned.defer(async () => rmSync(folder, { recursive: true, force: true }));
  const url = `file:${path.join(folder, 'bench.db')}`;
  await migrate({ url });
  await openDatabase({ url });
  owned.defer(() => closeDatabase());
}

async function fillPool(
  manager: SandboxManager,
  wanted: { count: number },
  { courseId, count }: Filling,
): Promise<void> {
  wanted.count = count;
  await until(() => {
    manager.pool?.fill();
    const { ready = 0, prepared = 0 } = manager.pool?.countOf(courseId) ?? {};
    return ready >= count && prepared >= 2 * count;
  });
}
type Filling = { courseId: string; count: number };

async function clear(manager: SandboxManager, wanted: { count: number }): Promise<void> {
  wanted.count = 0;
  for (const { sandboxId } of await manager.rows()) await manager.end(sandboxId, 'ended_by_admin');
  await until(() => {
    manager.pool?.fill();
    return (manager.pool?.size ?? 0) === 0;
  });
}

async function removeAll(driver: DockerDriver): Promise<void> {
  for (const ref of await driver.list()) await (await driver.adopt(ref))?.destroy();
  for (const ref of await driver.listSnapshots()) await driver.deleteSnapshot(ref);
}

let students = 0;

async function addStudent(courseId: string): Promise<string> {
  const id = `student-${++students}`;
  const at = new Date();
  const stamps = { createdAt: at, updatedAt: at };
  const person = { id, name: id, email: `${id}@example.test`, emailVerified: false, role: 'student', isGuest: true };
  await db().user.create({ data: { ...person, ...stamps } });
  const room = { id: 'bench', courseId, title: 'Bench', code: 'BENCH1', ownerId: id, createdAt: at };
  await db().classroom.upsert({ where: { id: room.id }, create: room, update: {} });
  const seat = { id, classroomId: room.id, userId: id, displayName: id, nameKey: id, createdAt: at };
  await db().enrollment.create({ data: seat });
  return id;
}

async function until(isSo: () => boolean): Promise<void> {
  const limit = Date.now() + LONGEST_WAIT_MS;
  while (!isSo()) {
    if (Date.now() > limit) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

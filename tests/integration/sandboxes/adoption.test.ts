import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { closeDatabase, db, openDatabase } from '#server/db.ts';
import { AppError, errorCode } from '#server/errors.ts';
import type { Sandbox, SandboxRef } from '#server/sandboxes/driver.ts';
import { FakeDriver } from '#server/sandboxes/drivers/fake/fake-driver.ts';
import { FakeHost } from '#server/sandboxes/drivers/fake/fake-host.ts';
import { createSandboxManager } from '#server/sandboxes/manager.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import { migrate } from '../../../prisma/migrate.ts';
import { ManualClock } from './manual-clock.ts';

const COURSE = 'virtualization';
const policy: SandboxPolicy = {
  limits: { memoryMiB: 512, cpus: 1, pids: 100, diskMiB: 1024 },
  idleMs: 3_600_000,
  lifetimeMs: 3_600_000,
  longestLifeMs: 3_600_000,
  network: 'mirror',
};
const ada = { enrollmentId: 'ada', courseId: COURSE };
const never = new AbortController().signal;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chapterhouse-adoption-'));
  const url = `file:${join(folder, 'test.db')}`;
  await migrate({ url });
  await openDatabase({ url });
  const at = new Date();
  const person = { id: 'ada', name: 'Ada', email: 'ada@example.test', emailVerified: false, role: 'student' };
  await db().user.create({ data: { ...person, isGuest: true, createdAt: at, updatedAt: at } });
  const room = { id: 'class', courseId: COURSE, title: 'Class', code: 'KITE42', ownerId: 'ada', createdAt: at };
  await db().classroom.create({ data: room });
  const keys = { id: 'ada', classroomId: 'class', userId: 'ada', displayName: 'Ada', nameKey: 'ada', createdAt: at };
  await db().enrollment.create({ data: keys });
});
afterAll(async () => {
  await closeDatabase();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await db().sandbox.deleteMany();
});

/** An engine that is away for as long as `isAway`, whatever it is asked. */
class AbsentDriver extends FakeDriver {
  isAway = { list: false, adopt: false };

  override async list(): Promise<SandboxRef[]> {
    if (this.isAway.list) throw new AppError('engine_down', 'list: connect ECONNREFUSED');
    return super.list();
  }

  override async adopt(ref: SandboxRef): Promise<Sandbox | null> {
    if (this.isAway.adopt) throw new AppError('engine_down', 'adopt: connect ECONNREFUSED');
    return super.adopt(ref);
  }
}

function open(driver: FakeDriver) {
  const clock = new ManualClock();
  const settings = { maxSandboxes: 4, warnMs: 60_000, createConcurrency: 2 };
  const manager = createSandboxManager({ driver, clock, settings, policyOf: async () => policy });
  onTestFinished(() => manager.dispose());
  return { manager, clock };
}

async function leftBehind(host: FakeHost): Promise<string> {
  const { manager } = open(new FakeDriver({ host }));
  const { sandboxId } = await manager.whenReady(ada, never);
  await manager.dispose();
  return sandboxId;
}

test.each(['list', 'adopt'] as const)(
  'an engine that is away at the start (%s) costs no sandbox: it is taken over when the engine comes',
  async (call) => {
    const host = new FakeHost();
    const sandboxId = await leftBehind(host);
    const driver = new AbsentDriver({ host });
    driver.isAway[call] = true;
    const { manager, clock } = open(driver);
    expect(errorCode(await manager.adoptAll().catch((error: unknown) => error))).toBe('engine_down');
    expect(errorCode(await manager.ensure(ada).catch((error: unknown) => error))).toBe('engine_down');
    expect(manager.view('ada')).toMatchObject({ phase: 'gone', error: 'engine_down' });
    expect(await db().sandbox.findMany()).toMatchObject([{ id: sandboxId, phase: 'ready' }]);

    driver.isAway[call] = false;
    await vi.waitFor(() => {
      clock.advance(1_000);
      expect(manager.view('ada')).toMatchObject({ phase: 'ready', sandboxId, error: null });
    });
    expect([...host.machines.keys()]).toEqual([sandboxId]);
  },
);

test('a row that was ending when the server died is ended once, with the reason it had', async () => {
  const host = new FakeHost();
  const sandboxId = await leftBehind(host);
  await db().sandbox.updateMany({ data: { phase: 'ending', ending: 'idle' } });
  const { manager } = open(new FakeDriver({ host }));
  const told: unknown[] = [];
  manager.onChange((_, view) => told.push(view.ending));
  await manager.adoptAll();
  await manager.adoptAll();
  expect(manager.view('ada')).toMatchObject({ sandboxId, phase: 'gone', ending: 'idle' });
  expect(told).toEqual([]);
  expect(host.machines.size).toBe(0);
});

test('a container that the engine finished after its asker had died is found and taken away', async () => {
  const host = new FakeHost();
  const { manager, clock } = open(new FakeDriver({ host }));
  await manager.adoptAll();
  manager.start();
  const { sandboxId } = await manager.whenReady(ada, never);
  host.start({ sandboxId: 'finished-late', courseId: COURSE, limits: policy.limits });
  await vi.waitFor(() => {
    clock.advance(30_000);
    expect([...host.machines.keys()]).toEqual([sandboxId]);
  });
  expect(manager.view('ada')).toMatchObject({ phase: 'ready', sandboxId });
});

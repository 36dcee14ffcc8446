import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { closeDatabase, db, openDatabase } from '#server/db.ts';
import { errorCode } from '#server/errors.ts';
import type { SandboxDriver } from '#server/sandboxes/driver.ts';
import { FakeDriver } from '#server/sandboxes/drivers/fake/fake-driver.ts';
import { FakeHost } from '#server/sandboxes/drivers/fake/fake-host.ts';
import { createSandboxManager, type SandboxManager, type SandboxSettings } from '#server/sandboxes/manager.ts';
import type { SandboxImages } from '#server/sandboxes/manager-images.ts';
import type { SandboxView } from '#server/shared/protocol.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import type { ImagePhase } from '#server/shared/views.ts';
import { migrate } from '../../../prisma/migrate.ts';
import { ManualClock } from './manual-clock.ts';

const COURSE = 'virtualization';
const IDLE_MS = 10 * 60_000;
const LIFETIME_MS = 60 * 60_000;
const settings: SandboxSettings = { maxSandboxes: 4, warnMs: 60_000, createConcurrency: 2 };
const policy: SandboxPolicy = {
  limits: { memoryMiB: 512, cpus: 1, pids: 100, diskMiB: 1024 },
  idleMs: IDLE_MS,
  lifetimeMs: LIFETIME_MS,
  longestLifeMs: 3 * LIFETIME_MS,
  network: 'mirror',
};
const never = new AbortController().signal;
const ada = { enrollmentId: 'ada', courseId: COURSE };
const names = ['ada', 'ben', 'cy', 'dee', 'eve'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chapterhouse-manager-'));
  const url = `file:${join(folder, 'test.db')}`;
  await migrate({ url });
  await openDatabase({ url });
  await seed();
});
afterAll(async () => {
  await closeDatabase();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await db().sandbox.deleteMany();
});

async function seed(): Promise<void> {
  const at = new Date();
  const stamps = { createdAt: at, updatedAt: at };
  for (const name of [...names, 'teacher']) {
    const person = { id: name, name, email: `${name}@example.test`, emailVerified: false, role: 'student' };
    await db().user.create({ data: { ...person, isGuest: true, ...stamps } });
  }
  await db().classroom.create({
    data: { id: 'class', courseId: COURSE, title: 'Class', code: 'KITE42', ownerId: 'teacher', createdAt: at },
  });
  for (const name of names) {
    const keys = { displayName: name, nameKey: name };
    await db().enrollment.create({ data: { id: name, classroomId: 'class', userId: name, ...keys, createdAt: at } });
  }
}

type Given = {
  driver?: SandboxDriver;
  images?: SandboxImages;
  clock?: ManualClock;
  settings?: Partial<SandboxSettings>;
  policy?: Partial<SandboxPolicy>;
  isPresent?: (enrollmentId: string) => boolean;
};

function open(given: Given = {}) {
  const clock = given.clock ?? new ManualClock();
  const driver = given.driver ?? new FakeDriver();
  const manager = createSandboxManager({
    driver,
    clock,
    settings: { ...settings, ...given.settings },
    policyOf: async () => ({ ...policy, ...given.policy }),
    images: given.images ?? null,
    ...(given.isPresent && { isPresent: given.isPresent }),
  });
  const seen: string[] = [];
  manager.onChange((id, view) => seen.push(`${id}:${view.phase}${view.ending === null ? '' : `/${view.ending}`}`));
  onTestFinished(() => manager.dispose());
  return { manager, clock, driver, seen };
}

/** Waits for what a page would be shown. */
function shows(manager: SandboxManager, id: string, wanted: Partial<SandboxView>): Promise<void> {
  return vi.waitFor(() => expect(manager.view(id)).toMatchObject(wanted), { timeout: 5000, interval: 5 });
}

const stored = (id: string) => db().sandbox.findMany({ where: { enrollmentId: id }, orderBy: { createdAt: 'asc' } });
const seat = (enrollmentId: string) => ({ enrollmentId, courseId: COURSE });

test('a student gets a sandbox, and the database knows it before the student does', async () => {
  const { manager, seen } = open();
  const first = await manager.ensure(ada);
  expect(['queued', 'creating']).toContain(first.phase);
  const sandbox = await manager.whenReady(ada, never);
  expect(manager.find('ada')).toBe(sandbox);
  expect(await stored('ada')).toMatchObject([{ id: sandbox.sandboxId, phase: 'ready', ref: sandbox.ref }]);
  expect(seen).toEqual(['ada:queued', 'ada:creating', 'ada:ready']);
  expect(manager.view('ada')).toMatchObject({ driver: 'fake', capabilities: sandbox.capabilities, error: null });
});

test('ten wishes at once are one sandbox', async () => {
  const host = new FakeHost();
  const { manager } = open({ driver: new FakeDriver({ host, behaviour: 'slow', slowMs: 30 }) });
  const ten = await Promise.all(Array.from({ length: 10 }, () => manager.whenReady(ada, never)));
  expect(new Set(ten).size).toBe(1);
  expect(host.machines.size).toBe(1);
  expect(await stored('ada')).toHaveLength(1);
});

test('no more are made at once than set; the others are shown as queued', async () => {
  const { manager } = open({ driver: new FakeDriver({ behaviour: 'never' }) });
  for (const name of ['ada', 'ben', 'cy']) await manager.ensure(seat(name));
  await shows(manager, 'ben', { phase: 'creating' });
  expect(['ada', 'ben', 'cy'].map((name) => manager.view(name).phase)).toEqual(['creating', 'creating', 'queued']);
  await manager.end(manager.view('ada').sandboxId ?? '', 'ended_by_admin');
  await shows(manager, 'cy', { phase: 'creating' });
});

test('a full house refuses, and a freed seat is given again', async () => {
  const { manager } = open();
  for (const name of names.slice(0, 4)) await manager.whenReady(seat(name), never);
  expect(manager.capacity()).toEqual({ total: 4, used: 4 });
  const refusal = await manager.ensure(seat('eve')).catch((error: unknown) => error);
  expect(errorCode(refusal)).toBe('sandbox_capacity');
  expect(await stored('eve')).toEqual([]);
  await manager.end(manager.view('ada').sandboxId ?? '', 'ended_by_admin');
  await manager.whenReady(seat('eve'), never);
});

test('a freed seat goes to the first who waits and is still there', async () => {
  const here = new Set(['dee']);
  const { manager } = open({ settings: { maxSandboxes: 1 }, isPresent: (id) => here.has(id) });
  await manager.whenReady(ada, never);
  for (const name of ['cy', 'dee', 'eve']) await manager.ensure(seat(name)).catch(() => undefined);
  expect(manager.view('dee')).toMatchObject({ phase: 'gone', error: 'sandbox_capacity' });
  await manager.end(manager.view('ada').sandboxId ?? '', 'ended_by_admin');
  await shows(manager, 'dee', { phase: 'ready', error: null });
  expect(manager.view('cy')).toMatchObject({ phase: 'gone', error: 'sandbox_capacity' });
  here.add('cy');
  await manager.end(manager.view('dee').sandboxId ?? '', 'ended_by_admin');
  await shows(manager, 'cy', { phase: 'ready' });
});

test('who came while the engine was down gets a sandbox when it is back', async () => {
  const behaviour = { behaviour: 'bad', failure: 'engine_down' } as {
    behaviour: 'bad' | 'echo';
    failure: 'engine_down';
  };
  const { manager } = open({ driver: new FakeDriver(behaviour) });
  await manager.ensure(ada);
  await shows(manager, 'ada', { phase: 'gone', error: 'engine_down' });
  behaviour.behaviour = 'echo';
  manager.retry('engine_down');
  await shows(manager, 'ada', { phase: 'ready', error: null });
});

test('a driver that fails is told to the student by its code, and another try is a new sandbox', async () => {
  const { manager } = open({ driver: new FakeDriver({ behaviour: 'bad', failure: 'engine_down' }) });
  const failure = await manager.whenReady(ada, never).catch((error: unknown) => error);
  expect(errorCode(failure)).toBe('engine_down');
  expect(manager.view('ada')).toMatchObject({ phase: 'gone', ending: 'fault', error: 'engine_down' });
  await manager.ensure(ada);
  await vi.waitFor(async () => expect((await stored('ada')).map((row) => row.phase)).toEqual(['gone', 'gone']));
});

test('a reset ends the old one with its reason and gives a fresh one', async () => {
  const host = new FakeHost();
  const { manager, seen } = open({ driver: new FakeDriver({ host }) });
  const old = await manager.whenReady(ada, never);
  await manager.reset(ada, 'reset_by_teacher');
  const fresh = await manager.whenReady(ada, never);
  expect(fresh.sandboxId).not.toBe(old.sandboxId);
  expect([...host.machines.keys()]).toEqual([fresh.sandboxId]);
  expect(seen).toContain('ada:gone/reset_by_teacher');
  expect((await stored('ada')).map((row) => row.ending)).toEqual(['reset_by_teacher', null]);
});

test('a reset while it is still being made gives one fresh sandbox', async () => {
  const host = new FakeHost();
  const { manager } = open({ driver: new FakeDriver({ host, behaviour: 'slow', slowMs: 40 }) });
  await manager.ensure(ada);
  await shows(manager, 'ada', { phase: 'creating' });
  await Promise.all([manager.reset(ada, 'reset_by_student'), manager.reset(ada, 'reset_by_student')]);
  const fresh = await manager.whenReady(ada, never);
  expect([...host.machines.keys()]).toEqual([fresh.sandboxId]);
});

test('an idle one is taken away; one that is used, or extended, stays', async () => {
  const { manager, clock } = open();
  manager.start();
  for (const name of ['ada', 'ben', 'cy']) await manager.whenReady(seat(name), never);
  clock.advance(IDLE_MS - 1000);
  manager.touch('ben');
  await manager.extend('cy');
  clock.advance(60_000);
  await shows(manager, 'ada', { phase: 'gone', ending: 'idle' });
  expect(manager.view('ben').phase).toBe('ready');
  expect(manager.view('cy').phase).toBe('ready');
  await vi.waitFor(async () => {
    expect((await stored('ben'))[0]?.lastActiveAt.getTime()).toBe(clock.now().getTime() - 60_000);
  });
});

test('one past its time is taken away however busy, unless it was extended', async () => {
  const { manager, clock } = open({ policy: { idleMs: 2 * LIFETIME_MS } });
  manager.start();
  for (const name of ['ada', 'ben']) await manager.whenReady(seat(name), never);
  clock.advance(LIFETIME_MS - 1000);
  const extended = await manager.extend('ben');
  expect(extended.expiresAt).toBe(new Date(clock.now().getTime() + LIFETIME_MS).toISOString());
  manager.touch('ada');
  clock.advance(60_000);
  await shows(manager, 'ada', { phase: 'gone', ending: 'expired' });
  expect(manager.view('ben').phase).toBe('ready');
});

test('an end from outside is told with its true reason', async () => {
  const host = new FakeHost();
  const { manager } = open({ driver: new FakeDriver({ host }) });
  const sandbox = await manager.whenReady(ada, never);
  host.kill(sandbox.sandboxId, 'memory');
  await shows(manager, 'ada', { phase: 'gone', ending: 'memory' });
  expect(manager.find('ada')).toBeNull();
  await vi.waitFor(async () => expect(await stored('ada')).toMatchObject([{ phase: 'gone', ending: 'memory' }]));
});

test('a restarted server takes over what lives, and says of the rest that it was lost', async () => {
  const host = new FakeHost();
  const before = open({ driver: new FakeDriver({ host }) });
  const kept = await before.manager.whenReady(ada, never);
  const lost = await before.manager.whenReady(seat('ben'), never);
  await before.manager.dispose();
  expect(host.machines.size).toBe(2);
  host.remove(lost.sandboxId);
  host.start({ sandboxId: 'unknown-orphan', courseId: COURSE, limits: policy.limits });

  const after = open({ driver: new FakeDriver({ host }) });
  await after.manager.adoptAll();
  expect(after.manager.find('ada')?.sandboxId).toBe(kept.sandboxId);
  expect(after.manager.view('ben')).toMatchObject({ phase: 'gone', ending: 'host_restart' });
  expect([...host.machines.keys()]).toEqual([kept.sandboxId]);
  expect((await after.manager.ensure(ada)).sandboxId).toBe(kept.sandboxId);
  host.kill(kept.sandboxId, 'fault');
  await shows(after.manager, 'ada', { phase: 'gone', ending: 'fault' });
});

test('who comes while a restarted server still takes over gets their old sandbox back', async () => {
  const host = new FakeHost();
  const before = open({ driver: new FakeDriver({ host }) });
  const kept = await before.manager.whenReady(ada, never);
  await before.manager.dispose();
  const after = open({ driver: new FakeDriver({ host }) });
  const [, view] = await Promise.all([after.manager.adoptAll(), after.manager.ensure(ada)]);
  expect(view).toMatchObject({ phase: 'ready', sandboxId: kept.sandboxId });
  expect([...host.machines.keys()]).toEqual([kept.sandboxId]);
});

test('who came before the taking over keeps the new one, and the old one is cleared away', async () => {
  const host = new FakeHost();
  const before = open({ driver: new FakeDriver({ host }) });
  await before.manager.whenReady(ada, never);
  await before.manager.dispose();
  const after = open({ driver: new FakeDriver({ host }) });
  const fresh = await after.manager.whenReady(ada, never);
  await after.manager.adoptAll();
  expect(after.manager.find('ada')).toBe(fresh);
  expect([...host.machines.keys()]).toEqual([fresh.sandboxId]);
  expect((await stored('ada')).map((row) => row.phase)).toEqual(['gone', 'ready']);
});

test('a sandbox that was half-made when the server died is cleared away', async () => {
  const host = new FakeHost();
  const { manager } = open({ driver: new FakeDriver({ host }) });
  const made = await manager.whenReady(ada, never);
  await manager.dispose();
  await db().sandbox.updateMany({ data: { phase: 'creating', ref: null } });
  const after = open({ driver: new FakeDriver({ host }) });
  await after.manager.adoptAll();
  expect(host.machines.has(made.sandboxId)).toBe(false);
  expect(await stored('ada')).toMatchObject([{ phase: 'gone', ending: 'host_restart' }]);
});

test('stopping the server gives up creations and begins no new ones', async () => {
  const host = new FakeHost();
  const { manager } = open({ driver: new FakeDriver({ host, behaviour: 'never' }) });
  const waiting = manager.whenReady(ada, AbortSignal.timeout(3000)).catch((error: unknown) => error);
  await shows(manager, 'ada', { phase: 'creating' });
  await manager.dispose();
  expect(host.machines.size).toBe(0);
  const refusal = await manager.ensure(seat('ben')).catch((error: unknown) => error);
  expect(errorCode(refusal)).toBe('shutting_down');
  expect(errorCode(await waiting)).toBe('shutting_down');
});

test('who comes before the image is there waits, sees how far it is, and gets a sandbox by itself', async () => {
  const images = buildingImages();
  const { manager } = open({ images });
  images.set('building', 40);
  const waiting = manager.whenReady(ada, never);
  await shows(manager, 'ada', { phase: 'queued', imagePercent: 40, error: null });
  images.set('building', 80);
  await shows(manager, 'ada', { phase: 'queued', imagePercent: 80 });
  images.set('ready', null);
  expect((await waiting).sandboxId).toBe(manager.view('ada').sandboxId);
});

test('a failed image build is told, and a later good one still gives the sandbox', async () => {
  const images = buildingImages();
  const { manager } = open({ images });
  images.set('failed', null);
  const refusal = await manager.whenReady(ada, never).catch((error: unknown) => error);
  expect(errorCode(refusal)).toBe('image_build_failed');
  expect(manager.view('ada')).toMatchObject({ phase: 'queued', error: 'image_build_failed' });
  images.set('building', 1);
  await shows(manager, 'ada', { phase: 'queued', error: null, imagePercent: 1 });
  images.set('ready', null);
  await shows(manager, 'ada', { phase: 'ready' });
});

test('the table of the admin tells each sandbox and what it uses', async () => {
  const { manager, clock } = open();
  const sandbox = await manager.whenReady(ada, never);
  expect(await manager.rows()).toMatchObject([{ enrollmentId: 'ada', phase: 'ready', cpuPercent: null }]);
  await sandbox.exec({ argv: ['true'], user: 'student', timeoutMs: 1000, maxOutputBytes: 10 });
  clock.advance(1000);
  const [row] = await manager.rows();
  expect(row).toMatchObject({ sandboxId: sandbox.sandboxId, cpuPercent: 1 });
  expect(row?.memoryBytes).toBeGreaterThan(0);
});

test('an enrollment that does not exist gets no sandbox and holds no seat', async () => {
  const { manager } = open();
  await expect(manager.ensure(seat('nobody'))).rejects.toThrow();
  expect(manager.capacity().used).toBe(0);
});

function buildingImages() {
  let status: { phase: ImagePhase; percent: number | null } = { phase: 'waiting', percent: null };
  const listeners = new Set<(courseId: string) => void>();
  return {
    status: () => status,
    tag: () => (status.phase === 'ready' ? 'image:1' : null),
    onChange: (listener: (courseId: string) => void) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => listeners.delete(listener) };
    },
    set(phase: ImagePhase, percent: number | null) {
      status = { phase, percent };
      for (const listener of [...listeners]) listener(COURSE);
    },
  };
}

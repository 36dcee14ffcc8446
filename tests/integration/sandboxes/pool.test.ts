import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { db } from '#server/db.ts';
import { AppError } from '#server/errors.ts';
import { FakeDriver } from '#server/sandboxes/drivers/fake/fake-driver.ts';
import { FakeHost } from '#server/sandboxes/drivers/fake/fake-host.ts';
import { createSandboxManager, type SandboxManager } from '#server/sandboxes/manager.ts';
import type { Want } from '#server/sandboxes/pool/pool-rules.ts';
import { claimWarm, insertWarm } from '#server/sandboxes/pool/pool-store.ts';
import { moveSandbox } from '#server/sandboxes/sandbox-store.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';
import { ManualClock } from './manual-clock.ts';

const COURSE = 'virtualization';
const policy: SandboxPolicy = {
  limits: { memoryMiB: 512, cpus: 1, pids: 100, diskMiB: 1024 },
  idleMs: 600_000,
  lifetimeMs: 3_600_000,
  longestLifeMs: 7_200_000,
  network: 'mirror',
};
/** Its own Docker is up as soon as it is asked. */
const dockerAnswers = () => ({ exitCode: 0, timedOut: false, truncated: false, stdout: '', stderr: '' });
/** As a command that never ends. */
const untilGivenUp = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
const never = new AbortController().signal;
const seat = (enrollmentId: string) => ({ enrollmentId, courseId: COURSE });
const students = Array.from({ length: 30 }, (_, i) => `student-${i}`);

type Given = {
  host?: FakeHost;
  driver?: FakeDriver;
  wanted?: number;
  max?: number;
  slowMs?: number;
  boots?: boolean;
  policyOf?: () => SandboxPolicy;
};

describe.each(DATABASES)('warm sandboxes on %s', (kind) => {
  useTestDatabase(kind);
  beforeEach(seed);

  function open(given: Given = {}) {
    const { host = new FakeHost(), wanted = 3, max = 40, slowMs = 0, boots = false } = given;
    const policyOf = given.policyOf ?? (() => policy);
    const fake = new FakeDriver({
      host,
      boots,
      answerExec: dockerAnswers,
      ...(slowMs > 0 && { behaviour: 'slow', slowMs }),
    });
    const clock = new ManualClock();
    const image = { tag: 'lab:1' };
    const wants: Want[] = [{ courseId: COURSE, policy, count: wanted }];
    const manager = createSandboxManager({
      driver: given.driver ?? fake,
      clock,
      settings: { maxSandboxes: max, warnMs: 60_000, createConcurrency: 2 },
      policyOf: async () => policyOf(),
      wants: async () => wants,
      images: {
        status: () => ({ phase: 'ready', percent: null }),
        tag: () => image.tag,
        onChange: () => ({ [Symbol.dispose]: () => undefined }),
      },
    });
    onTestFinished(() => manager.dispose());
    return { manager, clock, host, wants, image };
  }

  const key = (manager: SandboxManager) => manager.pool?.keyOf(COURSE, policy) ?? '';
  const untilReady = (manager: SandboxManager, count: number) =>
    vi.waitFor(() => expect(manager.pool?.ready(key(manager))).toBe(count), { timeout: 15_000, interval: 10 });
  const rows = (purpose: string) => db().sandbox.findMany({ where: { purpose, phase: { not: 'gone' } } });

  test('as many as wanted are made before anybody asks', async () => {
    const { manager, host } = open({ wanted: 3 });
    manager.start();
    await untilReady(manager, 3);
    expect(host.machines.size).toBe(3);
    expect(await rows('pool')).toHaveLength(3);
    expect(manager.capacity()).toEqual({ total: 40, used: 3 });
  });

  test('a student gets one at once, with its shell open, and another takes its place', async () => {
    const { manager, host } = open({ wanted: 2 });
    manager.start();
    await untilReady(manager, 2);
    const warm = new Set(host.machines.keys());
    const sandbox = await manager.whenReady(seat('student-0'), never);
    expect(warm).toContain(sandbox.sandboxId);
    const shell = await manager.openShell(seat('student-0'), { name: 'shell-1', size: { cols: 100, rows: 30 } }, never);
    const seen: string[] = [];
    shell.onOutput((data) => seen.push(Buffer.from(data).toString()));
    shell.write(Buffer.from('echo hello\r'));
    await vi.waitFor(() => expect(seen.join('')).toContain('hello'));
    expect(await rows('seat')).toMatchObject([{ id: sandbox.sandboxId, enrollmentId: 'student-0', phase: 'ready' }]);
    await untilReady(manager, 2);
    expect(host.machines.size).toBe(3);
  });

  test('where systems boot, twice as many more are prepared and not booted, and taken when no warm one is left', async () => {
    const { manager, host } = open({ wanted: 2, boots: true });
    const booted = () => [...host.machines.values()].filter(({ isBooted }) => isBooted).length;
    const untilFull = () => vi.waitFor(() => expect(manager.pool?.countOf(COURSE)).toEqual(full));
    const full = { ready: 2, prepared: 4, starting: 0 };
    manager.start();
    await untilFull();
    expect(booted()).toBe(2);
    const here = new Set(host.machines.keys());
    const taken = await Promise.all(students.slice(0, 6).map((name) => manager.whenReady(seat(name), never)));
    expect(new Set(taken.map(({ sandboxId }) => sandboxId))).toEqual(here);
    expect(taken.every(({ sandboxId }) => host.machines.get(sandboxId)?.isBooted)).toBe(true);
    const last = students[5] ?? '';
    const shell = await manager.openShell(seat(last), { name: 'shell-1', size: { cols: 80, rows: 24 } }, never);
    const seen: string[] = [];
    shell.onOutput((data) => seen.push(Buffer.from(data).toString()));
    shell.write(Buffer.from('echo hello\r'));
    await vi.waitFor(() => expect(seen.join('')).toContain('hello'));
    await untilFull();
  });

  test('what was prepared goes on waiting after a restart, and gives way where it is not wanted', async () => {
    const host = new FakeHost();
    const first = open({ wanted: 1, boots: true, host });
    first.manager.start();
    await vi.waitFor(() => expect(first.manager.pool?.countOf(COURSE)).toMatchObject({ ready: 1, prepared: 2 }));
    const here = [...host.machines.keys()].toSorted();
    await first.manager.dispose();
    const second = open({ wanted: 1, boots: true, host });
    await second.manager.adoptAll();
    second.manager.start();
    await vi.waitFor(() => expect(second.manager.pool?.countOf(COURSE)).toMatchObject({ ready: 1, prepared: 2 }));
    expect([...host.machines.keys()].toSorted()).toEqual(here);
    expect([...host.machines.values()].filter(({ isBooted }) => isBooted)).toHaveLength(1);
    second.wants[0] = { courseId: COURSE, policy, count: 0 };
    second.manager.pool?.fill();
    await vi.waitFor(() => expect(host.machines.size).toBe(0));
  });

  test('who asks for other limits gets one made for them', async () => {
    const other = { ...policy, limits: { ...policy.limits, memoryMiB: 2048 } };
    const { manager, host } = open({ wanted: 1, policyOf: () => other });
    manager.start();
    await untilReady(manager, 1);
    const warm = [...host.machines.keys()];
    const sandbox = await manager.whenReady(seat('student-0'), never);
    expect(warm).not.toContain(sandbox.sandboxId);
  });

  test('thirty at once all get one, each their own, warm ones first', async () => {
    const { manager } = open({ wanted: 10, slowMs: 5 });
    manager.start();
    await untilReady(manager, 10);
    const told = new Map<string, number[]>();
    manager.onChange((name, { queue }) => queue && told.set(name, [...(told.get(name) ?? []), queue.position]));
    const all = await Promise.all(students.map((name) => manager.whenReady(seat(name), never)));
    // Each place but the first comes from behind, and nobody is overtaken.
    expect(told.size).toBeGreaterThan(10);
    for (const positions of told.values()) expect(positions).toEqual(positions.toSorted((a, b) => b - a));
    expect(students.map((name) => manager.view(name).queue)).toEqual(students.map(() => null));
    expect(new Set(all.map(({ sandboxId }) => sandboxId)).size).toBe(30);
    expect(students.map((name) => manager.view(name).phase)).toEqual(students.map(() => 'ready'));
  });

  test('a warm one gives way when the house is full', async () => {
    const other = { ...policy, network: 'none' as const };
    const { manager } = open({ wanted: 2, max: 2, policyOf: () => other });
    manager.start();
    await untilReady(manager, 2);
    await manager.whenReady(seat('student-0'), never);
    await manager.whenReady(seat('student-1'), never);
    expect(manager.view('student-1').phase).toBe('ready');
    expect(manager.pool?.size).toBe(0);
    await expect(manager.ensure(seat('student-2'))).rejects.toMatchObject({ code: 'sandbox_capacity' });
  });

  test('those of an older image are replaced', async () => {
    const { manager, clock, host, image } = open({ wanted: 2 });
    manager.start();
    await untilReady(manager, 2);
    const old = new Set(host.machines.keys());
    image.tag = 'lab:2';
    clock.advance(10_000);
    await untilReady(manager, 2);
    await vi.waitFor(() => expect([...host.machines.keys()].filter((id) => old.has(id))).toEqual([]));
    expect(await db().sandbox.findMany({ where: { ending: 'not_needed' } })).toHaveLength(2);
  });

  test('one that ends by itself is forgotten and replaced', async () => {
    const { manager, host } = open({ wanted: 1 });
    manager.start();
    await untilReady(manager, 1);
    const [id = ''] = host.machines.keys();
    host.kill(id, 'memory');
    await vi.waitFor(() => expect([...host.machines.keys()].filter((one) => one !== id)).toHaveLength(1));
    await untilReady(manager, 1);
    expect(await db().sandbox.findUnique({ where: { id } })).toMatchObject({ phase: 'gone', ending: 'memory' });
  });

  test('after a restart they wait in the pool again, and who took one keeps it', async () => {
    const host = new FakeHost();
    const before = open({ host, wanted: 2 });
    before.manager.start();
    await untilReady(before.manager, 2);
    const mine = await before.manager.whenReady(seat('student-0'), never);
    await untilReady(before.manager, 2);
    await before.manager.dispose();
    const after = open({ host, wanted: 2 });
    await after.manager.adoptAll();
    expect(after.manager.find('student-0')?.sandboxId).toBe(mine.sandboxId);
    await untilReady(after.manager, 2);
    expect(host.machines.size).toBe(3);
  });

  test('nobody waits for warm ones to be made ready again, neither at the start nor at the stop', async () => {
    const host = new FakeHost();
    const before = open({ host, wanted: 1 });
    before.manager.start();
    await untilReady(before.manager, 1);
    const mine = await before.manager.whenReady(seat('student-0'), never);
    await untilReady(before.manager, 1);
    await before.manager.dispose();
    const driver = new FakeDriver({ host, answerExec: dockerAnswers });
    const adopt = driver.adopt.bind(driver);
    driver.adopt = async (ref) => {
      const sandbox = await adopt(ref);
      if (sandbox !== null) sandbox.exec = ({ signal }) => untilGivenUp(signal);
      return sandbox;
    };
    const after = open({ host, driver, wanted: 1 });
    await after.manager.adoptAll();
    expect(after.manager.find('student-0')?.sandboxId).toBe(mine.sandboxId);
    expect(after.manager.capacity().used).toBe(2);
    await after.manager.dispose();
    expect(host.machines.size).toBe(2);
    expect(await rows('pool')).toHaveLength(1);
  });

  test('who was turned away while the engine was down gets a warm one when it is back', async () => {
    const host = new FakeHost();
    const before = open({ host, wanted: 2, max: 2 });
    before.manager.start();
    await untilReady(before.manager, 2);
    await before.manager.dispose();
    const driver = new FakeDriver({ host, answerExec: dockerAnswers });
    const list = driver.list.bind(driver);
    let isDown = true;
    driver.list = async () => {
      if (isDown) throw new AppError('engine_down', 'not up yet');
      return list();
    };
    const after = open({ host, driver, wanted: 2, max: 2 });
    await expect(after.manager.adoptAll()).rejects.toMatchObject({ code: 'engine_down' });
    await expect(after.manager.ensure(seat('student-0'))).rejects.toMatchObject({ code: 'engine_down' });
    isDown = false;
    await vi.waitFor(() => {
      after.clock.advance(1_000);
      expect(after.manager.view('student-0').phase).toBe('ready');
    });
  });

  test('what was half-made when the process died is taken away', async () => {
    const host = new FakeHost();
    const at = new Date();
    await insertWarm({ sandboxId: 'half', courseId: COURSE, driver: 'fake', poolKey: 'x', at });
    await moveSandbox('half', { phase: 'creating', at });
    await new FakeDriver({ host }).create({ sandboxId: 'half', courseId: COURSE, limits: policy.limits });
    const { manager } = open({ host });
    await manager.adoptAll();
    expect(host.machines.size).toBe(0);
    expect(await db().sandbox.findUnique({ where: { id: 'half' } })).toMatchObject({ phase: 'gone' });
  });

  test('of two who claim the same one, one gets it', async () => {
    const at = new Date();
    await insertWarm({ sandboxId: 'one', courseId: COURSE, driver: 'fake', poolKey: 'x', at });
    await moveSandbox('one', { phase: 'ready', at, ref: 'r' });
    const claim = (enrollmentId: string) =>
      claimWarm({ sandboxId: 'one', enrollmentId, policy, createdAt: at, lastActiveAt: at, expiresAt: at });
    const both = await Promise.all([claim('student-0'), claim('student-1')]);
    expect(both.toSorted()).toEqual([false, true]);
  });

  test('a warm one that cannot be made leaves nothing, and is tried again', async () => {
    const host = new FakeHost();
    const driver = new FakeDriver({ host, answerExec: dockerAnswers });
    const make = driver.create.bind(driver);
    let refusals = 1;
    driver.create = async (spec, signal) => {
      if (refusals-- > 0) throw new Error('no room for it');
      return make(spec, signal);
    };
    const { manager, clock } = open({ host, driver, wanted: 1 });
    manager.start();
    await vi.waitFor(async () => expect(await db().sandbox.findMany({ where: { ending: 'fault' } })).toHaveLength(1));
    clock.advance(10_000);
    await untilReady(manager, 1);
    expect(host.machines.size).toBe(1);
  });
});

async function seed(): Promise<void> {
  const at = new Date();
  const stamps = { createdAt: at, updatedAt: at };
  for (const name of [...students, 'teacher']) {
    const person = { id: name, name, email: `${name}@example.test`, emailVerified: false, role: 'student' };
    await db().user.create({ data: { ...person, isGuest: true, ...stamps } });
  }
  await db().classroom.create({
    data: { id: 'class', courseId: COURSE, title: 'Class', code: 'KITE42', ownerId: 'teacher', createdAt: at },
  });
  for (const name of students) {
    const keys = { displayName: name, nameKey: name };
    await db().enrollment.create({ data: { id: name, classroomId: 'class', userId: name, ...keys, createdAt: at } });
  }
}

import { afterEach, describe, expect, test, vi } from 'vitest';
import { db } from '#server/db.ts';
import { errorCode } from '#server/errors.ts';
import type { ExecRequest, ExecResult } from '#server/sandboxes/driver.ts';
import { FakeDriver } from '#server/sandboxes/drivers/fake/fake-driver.ts';
import { FakeHost } from '#server/sandboxes/drivers/fake/fake-host.ts';
import { createSandboxManager, type SandboxManager, type SandboxManagerOptions } from '#server/sandboxes/manager.ts';
import type { EndingWarning, SandboxView } from '#server/shared/protocol.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { seatAda } from '../../support/seat-ada.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const MINUTE = 60_000;
const ada = { enrollmentId: 'ada', courseId: 'unix' };
const never = new AbortController().signal;
const managers: SandboxManager[] = [];
const policy: SandboxPolicy = {
  limits: { memoryMiB: 512, cpus: 1, pids: 100, diskMiB: 1024 },
  idleMs: 30 * MINUTE,
  lifetimeMs: 120 * MINUTE,
  longestLifeMs: 150 * MINUTE,
  network: 'none',
};

type Given = Partial<SandboxManagerOptions> & { answerExec?: (request: ExecRequest) => ExecResult | null };

async function open({ answerExec, ...given }: Given = {}) {
  const clock = new ManualClock();
  const host = new FakeHost();
  const warnings: EndingWarning[] = [];
  const begin = (more: Given = {}) => {
    const manager = createSandboxManager({
      driver: new FakeDriver({ host, ...(answerExec && { answerExec }) }),
      clock,
      settings: { maxSandboxes: 4, warnMs: 5 * MINUTE, createConcurrency: 2 },
      policyOf: async () => policy,
      ...given,
      ...more,
    });
    manager.onWarning((_enrollmentId, warning) => warnings.push(warning));
    managers.push(manager);
    return manager;
  };
  const manager = begin();
  manager.start();
  await seatAda();
  const sandbox = await manager.whenReady(ada, never);
  return { manager, sandbox, clock, host, warnings, restart: begin };
}

const shows = (manager: SandboxManager, wanted: Partial<SandboxView>) =>
  vi.waitFor(() => expect(manager.view('ada')).toMatchObject(wanted), { timeout: 5000, interval: 5 });
const inMinutes = (clock: ManualClock, minutes: number) =>
  new Date(clock.now().getTime() + minutes * MINUTE).toISOString();
const processes = (foreground: number): ExecResult => {
  const stat = (pid: number, name: string, ids: string) => `${pid} (${name}) S ${ids} 4194304 0`;
  const lines = [
    stat(40, 'hold', '1 40 40 0 -1'),
    stat(42, 'bash', `40 42 42 34816 ${foreground}`),
    stat(50, 'make', `42 50 42 34816 ${foreground}`),
  ];
  return { exitCode: 0, timedOut: false, truncated: false, stdout: lines.join('\n'), stderr: '' };
};

describe.each(DATABASES)('endings on %s', (kind) => {
  useTestDatabase(kind);
  // Before the database closes: a manager keeps what it knows as it goes.
  afterEach(async () => {
    for (const manager of managers.splice(0)) await manager.dispose();
  });

  test('an idle student is warned twice, and a key takes the warning back', async () => {
    const { manager, clock, warnings } = await open();
    const endsAt = inMinutes(clock, 30);
    clock.advance(24 * MINUTE);
    expect(manager.view('ada').warning).toBeNull();
    clock.advance(MINUTE);
    await shows(manager, { phase: 'ready', warning: { reason: 'idle', endsAt } });
    clock.advance(4 * MINUTE);
    await vi.waitFor(() => expect(warnings).toHaveLength(2));
    expect(warnings).toEqual([
      { reason: 'idle', endsAt },
      { reason: 'idle', endsAt },
    ]);
    manager.touch('ada');
    expect(manager.view('ada').warning).toBeNull();
    clock.advance(20 * MINUTE);
    expect(manager.view('ada').phase).toBe('ready');
    expect(warnings).toHaveLength(2);
  });

  test('who does nothing loses it, with the true reason', async () => {
    const { manager, clock, host } = await open();
    clock.advance(30 * MINUTE);
    await shows(manager, { phase: 'gone', ending: 'idle', warning: null });
    expect(host.machines.size).toBe(0);
    await vi.waitFor(async () =>
      expect(await db().sandbox.findMany()).toMatchObject([{ phase: 'gone', ending: 'idle' }]),
    );
  });

  test('a command that runs keeps it from being idle, but not from its end', async () => {
    let busy = true;
    const { manager, clock, warnings } = await open({ isBusy: () => busy });
    clock.advance(90 * MINUTE);
    expect(manager.view('ada')).toMatchObject({ phase: 'ready', warning: null });
    busy = false;
    clock.advance(24 * MINUTE);
    expect(warnings).toEqual([]);
    busy = true;
    clock.advance(6 * MINUTE);
    await shows(manager, { phase: 'gone', ending: 'expired' });
    expect(warnings.map(({ reason }) => reason)).toEqual(['expired', 'expired']);
  });

  test('a job that no shell told us of is seen by the kernel’s own list, before anyone is warned', async () => {
    let foreground = 50;
    const { manager, clock, warnings } = await open({ answerExec: () => processes(foreground) });
    clock.advance(25 * MINUTE);
    await vi.waitFor(async () => {
      clock.advance(31_000);
      expect((await db().sandbox.findFirst())?.lastActiveAt.getTime()).toBeGreaterThan(Date.UTC(2030, 0, 1, 0, 24));
    });
    expect(warnings).toEqual([]);
    foreground = 42;
    clock.advance(30 * MINUTE);
    await shows(manager, { phase: 'gone', ending: 'idle' });
  });

  test('one click gives it more time, up to the longest life, and then says why not', async () => {
    const { manager, clock, warnings } = await open({ isBusy: () => true });
    clock.advance(116 * MINUTE);
    await shows(manager, { warning: { reason: 'expired', endsAt: inMinutes(clock, 4) } });
    const extended = await manager.extend('ada');
    expect(extended).toMatchObject({ warning: null, expiresAt: inMinutes(clock, 34) });
    expect((await db().sandbox.findFirst())?.expiresAt.toISOString()).toBe(extended.expiresAt);
    clock.advance(30 * MINUTE);
    await shows(manager, { warning: { reason: 'expired', endsAt: inMinutes(clock, 4) } });
    const refusal = await manager.extend('ada').catch((error: unknown) => error);
    expect(errorCode(refusal)).toBe('lifetime_ceiling');
    expect(warnings.length).toBeGreaterThan(1);
    clock.advance(4 * MINUTE);
    await shows(manager, { phase: 'gone', ending: 'expired' });
  });

  test('its state is saved first, and told after a restart too', async () => {
    const { promise: saved, resolve: save } = Promise.withResolvers<string>();
    const { manager, sandbox, clock, host, restart } = await open({ saveBeforeEnding: () => saved });
    clock.advance(30 * MINUTE);
    await shows(manager, { phase: 'ending', ending: 'idle' });
    expect(host.machines.has(sandbox.sandboxId)).toBe(true);
    save('snap-1');
    await shows(manager, { phase: 'gone', ending: 'idle', savedSnapshotId: 'snap-1' });
    expect(host.machines.size).toBe(0);
    await manager.dispose();
    const after = restart();
    await after.adoptAll();
    expect(await after.open(ada)).toMatchObject({ phase: 'gone', ending: 'idle', savedSnapshotId: 'snap-1' });
    expect(host.machines.size).toBe(0);
    expect(await after.ensure(ada)).toMatchObject({ ending: null, savedSnapshotId: null });
    await after.whenReady(ada, never);
    expect(host.machines.size).toBe(1);
  });

  test('a saving that fails or hangs ends the sandbox all the same', async () => {
    const failing = await open({ saveBeforeEnding: () => Promise.reject(new Error('disk full')) });
    failing.clock.advance(30 * MINUTE);
    await shows(failing.manager, { phase: 'gone', ending: 'idle', savedSnapshotId: null });
    const hanging = failing.restart({ saveBeforeEnding: () => new Promise(() => undefined) });
    hanging.start();
    await hanging.whenReady(ada, never);
    failing.clock.advance(30 * MINUTE);
    await shows(hanging, { phase: 'ending' });
    await vi.waitFor(() => {
      failing.clock.advance(2 * MINUTE);
      expect(hanging.view('ada')).toMatchObject({ phase: 'gone', ending: 'idle', savedSnapshotId: null });
    });
  });

  test('what the student asked to throw away is not saved', async () => {
    const save = vi.fn(async () => 'snap-1');
    const { manager } = await open({ saveBeforeEnding: save });
    await manager.reset(ada, 'reset_by_student');
    expect(save).not.toHaveBeenCalled();
    expect(manager.view('ada').savedSnapshotId).toBeNull();
  });

  test.each(['memory', 'fault'] as const)('an end by %s is told after a restart', async (reason) => {
    const { manager, sandbox, host, restart } = await open();
    host.kill(sandbox.sandboxId, reason);
    await shows(manager, { phase: 'gone', ending: reason });
    await vi.waitFor(async () => expect(await db().sandbox.findFirst()).toMatchObject({ ending: reason }));
    await manager.dispose();
    const after = restart();
    await after.adoptAll();
    expect(await after.open(ada)).toMatchObject({ phase: 'gone', ending: reason });
  });

  test('one that the host lost is told as such, and a page that is opened begins no new one by itself', async () => {
    const { manager, sandbox, host, restart } = await open();
    await manager.dispose();
    host.remove(sandbox.sandboxId);
    const after = restart();
    await after.adoptAll();
    expect(await after.open(ada)).toMatchObject({ phase: 'gone', ending: 'host_restart' });
    const again = restart();
    await again.adoptAll();
    expect(await again.open(ada)).toMatchObject({ phase: 'gone', ending: 'host_restart' });
  });

  test('one that is taken over keeps the limits and times it was begun with', async () => {
    const { manager, clock, restart } = await open();
    await manager.dispose();
    const stricter = { ...policy, idleMs: MINUTE, longestLifeMs: MINUTE };
    const after = restart({ policyOf: async () => stricter });
    await after.adoptAll();
    after.start();
    clock.advance(20 * MINUTE);
    expect(after.view('ada')).toMatchObject({ phase: 'ready', warning: null });
    expect((await after.extend('ada')).expiresAt).toBe(inMinutes(clock, 120));
  });
});

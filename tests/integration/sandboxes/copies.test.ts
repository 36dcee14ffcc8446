import { afterEach, describe, expect, test, vi } from 'vitest';
import { db } from '#server/db.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { FakeDriver } from '#server/sandboxes/drivers/fake/fake-driver.ts';
import { FakeHost } from '#server/sandboxes/drivers/fake/fake-host.ts';
import { createSandboxManager, type SandboxManager } from '#server/sandboxes/manager.ts';
import { Copies } from '#server/sandboxes/snapshots/copies.ts';
import { Snapshots } from '#server/sandboxes/snapshots/snapshots.ts';
import { copySeatId } from '#server/shared/copy-seat.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { seatAda } from '../../support/seat-ada.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const MINUTE = 60_000;
const ada = { enrollmentId: 'ada', courseId: 'unix' };
const mine = { ...ada, ownerId: 'teacher' };
const seat = { enrollmentId: copySeatId(mine), courseId: 'unix' };
const never = new AbortController().signal;
const policy = {
  limits: { memoryMiB: 512, cpus: 1, pids: 100, diskMiB: 1024 },
  idleMs: 30 * MINUTE,
  lifetimeMs: 120 * MINUTE,
  longestLifeMs: 150 * MINUTE,
  network: 'none' as const,
};
const file = (text: string) => ({ path: 'work', content: new TextEncoder().encode(text), mode: 0o644 });
const PATH = '/home/student/work';
const open: { manager: SandboxManager; snapshots: Snapshots }[] = [];

type Given = { host?: FakeHost; maxSandboxes?: number; snapshotFailure?: ErrorCode };

function begin({ host = new FakeHost(), maxSandboxes = 4, snapshotFailure }: Given = {}) {
  const clock = new ManualClock();
  const driver = new FakeDriver({ host, ...(snapshotFailure && { snapshotFailure }) });
  const snapshots: Snapshots = new Snapshots({
    driver,
    clock,
    sandboxes: () => manager,
    currentStep: async () => 'docker/first',
    quota: 1,
    freeBytes: async () => 64 * 1024 ** 3,
  });
  const manager: SandboxManager = createSandboxManager({
    driver,
    clock,
    settings: { maxSandboxes, warnMs: 5 * MINUTE, createConcurrency: 2 },
    policyOf: async () => policy,
    saveBeforeEnding: (state, signal) => snapshots.saveBeforeEnding(state, signal),
  });
  open.push({ manager, snapshots });
  return { manager, snapshots, copies: new Copies({ sandboxes: manager, snapshots }), driver, host, clock };
}

async function withWork(given: Given = {}) {
  await seatAda();
  const all = begin(given);
  const original = await all.manager.whenReady(ada, never);
  await original.putFiles('/home/student', [file('wrong')]);
  return { ...all, original };
}

const ready = async (manager: SandboxManager) => {
  await vi.waitFor(() => expect(manager.view(seat.enrollmentId).phase).toBe('ready'));
  const copy = manager.find(seat.enrollmentId);
  if (copy === null) throw new Error('it is ready and not there');
  return copy;
};
const textIn = async (sandbox: { getFiles(paths: string[]): Promise<{ content: Uint8Array }[]> }) =>
  new TextDecoder().decode((await sandbox.getFiles([PATH]))[0]?.content);
const codeOf = (promise: Promise<unknown>) => promise.then(() => null, errorCode);
const keptStates = () => db().snapshot.findMany({ where: { kind: 'copy' } });

describe.each(DATABASES)('copies on %s', (kind) => {
  useTestDatabase(kind);
  afterEach(async () => {
    for (const { manager, snapshots } of open.splice(0)) {
      await manager.dispose();
      snapshots.dispose();
    }
  });

  test('a copy holds what the student did; what is done in it stays in it', async () => {
    const { manager, copies, original } = await withWork();
    await copies.open(mine);
    const copy = await ready(manager);
    expect(await textIn(copy)).toBe('wrong');
    await copy.putFiles('/home/student', [file('mended')]);
    expect(await textIn(original)).toBe('wrong');
    expect(manager.find('ada')).toBe(original);
    expect(await db().sandbox.findUnique({ where: { id: copy.sandboxId } })).toMatchObject({
      purpose: 'copy',
      enrollmentId: 'ada',
      ownerId: 'teacher',
    });
  });

  test('its state is no saved state of the student, and leaves the disk with the copy', async () => {
    const { manager, snapshots, copies, driver, host, clock } = await withWork();
    vi.spyOn(driver, 'deleteSnapshot').mockRejectedValueOnce(new AppError('snapshot_in_use', 'the copy lives on it'));
    await copies.open(mine);
    await ready(manager);
    await vi.waitFor(async () => expect(await keptStates()).toMatchObject([{ state: 'deleting' }]));
    const id = (await keptStates())[0]?.id ?? '';
    expect((await snapshots.list('ada')).snapshots).toEqual([]);
    for (const act of [() => snapshots.restore(ada, id), () => snapshots.remove('ada', id)])
      expect(await codeOf(act())).toBe('snapshot_unknown');
    expect(await codeOf(snapshots.save(ada, 'the one place I have'))).toBeNull();
    expect(await copies.close(mine)).toMatchObject({ phase: 'gone', ending: 'copy_closed', savedSnapshotId: null });
    clock.advance(2 * MINUTE);
    await vi.waitFor(async () => expect(await keptStates()).toEqual([]));
    expect(host.snapshots.size).toBe(1);
  });

  test('a second copy takes the place of the first; a closed one does not begin anew', async () => {
    const { manager, copies, original } = await withWork();
    await copies.open(mine);
    const first = await ready(manager);
    await original.putFiles('/home/student', [file('later')]);
    await copies.open(mine);
    await vi.waitFor(async () => expect(await textIn(await ready(manager))).toBe('later'));
    expect(await db().sandbox.findUnique({ where: { id: first.sandboxId } })).toMatchObject({ phase: 'gone' });
    await copies.close(mine);
    expect(await codeOf(manager.ensure(seat))).toBe('sandbox_gone');
    expect(await db().sandbox.count({ where: { purpose: 'copy', phase: { not: 'gone' } } })).toBe(0);
  });

  test('an idle copy goes without being kept', async () => {
    const { manager, copies, clock } = await withWork();
    manager.start();
    await copies.open(mine);
    await ready(manager);
    clock.advance(29 * MINUTE);
    manager.touch('ada');
    clock.advance(2 * MINUTE);
    await vi.waitFor(() =>
      expect(manager.view(seat.enrollmentId)).toMatchObject({ phase: 'gone', ending: 'idle', savedSnapshotId: null }),
    );
    expect(manager.view('ada').phase).toBe('ready');
    expect(await db().snapshot.count({ where: { kind: 'ending' } })).toBe(0);
  });

  test('a copy lives on through a restart of the server, as its teacher’s', async () => {
    const before = await withWork();
    await before.copies.open(mine);
    const { sandboxId } = await ready(before.manager);
    await before.manager.dispose();
    before.snapshots.dispose();
    const { manager, snapshots, copies, clock } = begin({ host: before.host });
    await manager.adoptAll();
    await snapshots.start();
    expect(manager.find(seat.enrollmentId)?.sandboxId).toBe(sandboxId);
    expect(manager.find('ada')?.sandboxId).toBe(before.original.sandboxId);
    await copies.close(mine);
    clock.advance(2 * MINUTE);
    await vi.waitFor(() => expect(before.host.snapshots.size).toBe(0));
    expect(await keptStates()).toEqual([]);
  });

  test('a state that was kept for a copy which never began is gone after a restart', async () => {
    const before = await withWork();
    await before.snapshots.keepForCopy(ada);
    expect(before.host.snapshots.size).toBe(1);
    await before.manager.dispose();
    const { manager, snapshots } = begin({ host: before.host });
    await manager.adoptAll();
    await snapshots.start();
    expect(before.host.snapshots.size).toBe(0);
    expect(await keptStates()).toEqual([]);
  });

  test('a copying that fails is told, and leaves nothing', async () => {
    const { copies, manager } = await withWork({ snapshotFailure: 'snapshot_failed' });
    expect(await codeOf(copies.open(mine))).toBe('snapshot_failed');
    expect(await keptStates()).toEqual([]);
    expect(manager.view('ada').phase).toBe('ready');
  });

  test('where there is nothing to copy, or no room for it, that is said and nothing is left', async () => {
    const { manager, copies, host } = await withWork({ maxSandboxes: 1 });
    expect(await codeOf(copies.open(mine))).toBe('sandbox_capacity');
    expect(host.snapshots.size).toBe(0);
    expect(await keptStates()).toEqual([]);
    await manager.end(manager.view('ada').sandboxId ?? '', 'ended_by_admin');
    expect(await codeOf(copies.open(mine))).toBe('sandbox_gone');
  });
});

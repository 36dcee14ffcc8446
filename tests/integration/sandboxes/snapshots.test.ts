import { afterEach, describe, expect, test, vi } from 'vitest';
import { db } from '#server/db.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { FakeDriver } from '#server/sandboxes/drivers/fake/fake-driver.ts';
import { FakeHost } from '#server/sandboxes/drivers/fake/fake-host.ts';
import { createSandboxManager, type SandboxManager } from '#server/sandboxes/manager.ts';
import { Snapshots } from '#server/sandboxes/snapshots/snapshots.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { seatAda } from '../../support/seat-ada.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const MINUTE = 60_000;
const GIB = 1024 ** 3;
const ada = { enrollmentId: 'ada', courseId: 'unix' };
const never = new AbortController().signal;
const open: { manager: SandboxManager; snapshots: Snapshots }[] = [];
const policy = {
  limits: { memoryMiB: 512, cpus: 1, pids: 100, diskMiB: 1024 },
  idleMs: 30 * MINUTE,
  lifetimeMs: 120 * MINUTE,
  longestLifeMs: 150 * MINUTE,
  network: 'none' as const,
};
const work = { path: 'work', content: new TextEncoder().encode('done'), mode: 0o644 };

type Given = { host?: FakeHost; clock?: ManualClock; snapshotFailure?: ErrorCode; freeBytes?: number };

function begin({ host = new FakeHost(), clock = new ManualClock(), snapshotFailure, freeBytes = 8 * GIB }: Given = {}) {
  const driver = new FakeDriver({ host, ...(snapshotFailure && { snapshotFailure }) });
  const snapshots: Snapshots = new Snapshots({
    driver,
    clock,
    sandboxes: () => manager,
    currentStep: async () => 'docker/first',
    quota: 2,
    freeBytes: async () => freeBytes,
  });
  const manager: SandboxManager = createSandboxManager({
    driver,
    clock,
    settings: { maxSandboxes: 4, warnMs: 5 * MINUTE, createConcurrency: 2 },
    policyOf: async () => policy,
    saveBeforeEnding: (state, signal) => snapshots.saveBeforeEnding(state, signal),
  });
  open.push({ manager, snapshots });
  return { manager, snapshots, driver, host, clock };
}

async function withWork(given: Given = {}) {
  await seatAda();
  const all = begin(given);
  const sandbox = await all.manager.whenReady(ada, never);
  await sandbox.putFiles('/home/student', [work]);
  return { ...all, sandbox };
}

const codeOf = (promise: Promise<unknown>) => promise.then(() => null, errorCode);

describe.each(DATABASES)('saved states on %s', (kind) => {
  useTestDatabase(kind);
  afterEach(async () => {
    for (const { manager, snapshots } of open.splice(0)) {
      await manager.dispose();
      snapshots.dispose();
    }
  });

  test('what was saved is there again after a restore, in another sandbox', async () => {
    const { manager, snapshots, sandbox } = await withWork();
    const { snapshots: kept } = await snapshots.save(ada, '  before the mess ');
    expect(kept).toMatchObject([{ name: 'before the mess', kind: 'student', state: 'ready', stepKey: 'docker/first' }]);
    await manager.reset(ada, 'reset_by_student');
    await snapshots.restore(ada, kept[0]?.snapshotId ?? '');
    const restored = await manager.whenReady(ada, never);
    expect(restored.sandboxId).not.toBe(sandbox.sandboxId);
    expect(await restored.getFiles(['/home/student/work'])).toMatchObject([{ content: work.content }]);
    expect(await db().sandbox.count({ where: { ending: 'restored' } })).toBe(1);
  });

  test('two saves at once cannot go over the quota, and a deleted one makes room', async () => {
    const { snapshots, host } = await withWork();
    const codes = await Promise.all(['a', 'b', 'c'].map((name) => codeOf(snapshots.save(ada, name))));
    expect(codes).toEqual([null, null, 'snapshot_quota']);
    const { snapshots: kept } = await snapshots.list('ada');
    await snapshots.remove('ada', kept[0]?.snapshotId ?? '');
    expect(host.snapshots.size).toBe(1);
    expect(await codeOf(snapshots.save(ada, 'c'))).toBeNull();
  });

  test('a saving that fails is told, takes no place, and the sandbox goes on', async () => {
    const { manager, snapshots } = await withWork({ snapshotFailure: 'snapshot_failed' });
    for (const name of ['a', 'b', 'c']) expect(await codeOf(snapshots.save(ada, name))).toBe('snapshot_failed');
    expect((await snapshots.list('ada')).snapshots).toMatchObject([{ state: 'failed' }, {}, {}]);
    expect(manager.view('ada').phase).toBe('ready');
  });

  test('a state that would fill the disk is refused before anything of it is kept', async () => {
    const { manager, snapshots, host } = await withWork({ freeBytes: 2 * GIB + work.content.length - 1 });
    expect(await codeOf(snapshots.save(ada, 'too much'))).toBe('disk_full');
    expect(host.snapshots.size).toBe(0);
    expect(await db().snapshot.count()).toBe(0);
    expect(manager.view('ada').phase).toBe('ready');
  });

  test('a state that leaves the others their room is saved', async () => {
    const { snapshots } = await withWork({ freeBytes: 2 * GIB + work.content.length });
    expect(await codeOf(snapshots.save(ada, 'just right'))).toBeNull();
  });

  test('one that is lost on the host leaves a seat that can begin afresh', async () => {
    const { manager, snapshots, host } = await withWork();
    const { snapshots: kept } = await snapshots.save(ada, 'lost');
    host.snapshots.clear();
    await snapshots.restore(ada, kept[0]?.snapshotId ?? '');
    await vi.waitFor(() => expect(manager.view('ada')).toMatchObject({ phase: 'gone', error: 'snapshot_unknown' }));
    await manager.ensure(ada);
    expect((await manager.whenReady(ada, never)).capabilities).toContain('snapshot');
  });

  test('the state of somebody else is unknown', async () => {
    const { snapshots } = await withWork();
    const { snapshots: kept } = await snapshots.save(ada, 'mine');
    const id = kept[0]?.snapshotId ?? '';
    expect(await codeOf(snapshots.restore({ ...ada, enrollmentId: 'bob' }, id))).toBe('snapshot_unknown');
    expect(await codeOf(snapshots.remove('bob', id))).toBe('snapshot_unknown');
    expect(await codeOf(snapshots.save(ada, '   '))).toBe('bad_request');
  });

  test('a new name is kept as at saving, for what the student saved themselves', async () => {
    const { snapshots } = await withWork();
    const id = (await snapshots.save(ada, 'first')).snapshots[0]?.snapshotId ?? '';
    expect((await snapshots.rename('ada', id, '  before the exam ')).snapshots).toMatchObject([
      { snapshotId: id, name: 'before the exam', state: 'ready' },
    ]);
    expect(await codeOf(snapshots.rename('ada', id, ' '))).toBe('bad_request');
    expect(await codeOf(snapshots.rename('bob', id, 'mine now'))).toBe('snapshot_unknown');
    await db().snapshot.update({ where: { id }, data: { kind: 'ending' } });
    expect(await codeOf(snapshots.rename('ada', id, 'mine now'))).toBe('bad_request');
    expect(await db().snapshot.findMany()).toMatchObject([{ name: 'before the exam' }]);
  });

  test('an idle sandbox is kept before it goes, the newest one only', async () => {
    const { manager, snapshots, host, clock } = await withWork();
    manager.start();
    for (const _ of [1, 2]) {
      await manager.whenReady(ada, never);
      clock.advance(31 * MINUTE);
      await vi.waitFor(() => expect(manager.view('ada')).toMatchObject({ phase: 'gone', ending: 'idle' }));
    }
    const { snapshots: kept } = await snapshots.list('ada');
    expect(kept).toMatchObject([{ kind: 'ending', snapshotId: manager.view('ada').savedSnapshotId }]);
    expect([...host.snapshots.keys()]).toEqual([kept[0]?.snapshotId]);
  });

  test('what a sandbox lives on is deleted later', async () => {
    const { snapshots, driver, host, clock } = await withWork();
    const { snapshots: kept } = await snapshots.save(ada, 'in use');
    vi.spyOn(driver, 'deleteSnapshot').mockRejectedValueOnce(new AppError('snapshot_in_use', 'a sandbox lives on it'));
    expect((await snapshots.remove('ada', kept[0]?.snapshotId ?? '')).snapshots).toEqual([]);
    expect(host.snapshots.size).toBe(1);
    clock.advance(MINUTE);
    await vi.waitFor(() => expect(host.snapshots.size).toBe(0));
    await vi.waitFor(async () => expect(await db().snapshot.count()).toBe(0));
  });

  test('a restart makes rows and host agree', async () => {
    const { snapshots, host } = await withWork();
    const first = (await snapshots.save(ada, 'kept')).snapshots[0]?.snapshotId ?? '';
    const second = (await snapshots.save(ada, 'cut off')).snapshots[0]?.snapshotId ?? '';
    await db().snapshot.update({ where: { id: second }, data: { state: 'saving', ref: null } });
    host.snapshots.set('sn-nobody', new Map());
    const again = begin({ host });
    await again.snapshots.start();
    expect([...host.snapshots.keys()]).toEqual([first]);
    const states = (await again.snapshots.list('ada')).snapshots.map(
      ({ snapshotId, state }) => `${snapshotId} ${state}`,
    );
    expect(states.toSorted()).toEqual([`${first} ready`, `${second} failed`].toSorted());
  });

  test('what the engine finished after its asker had died is taken away when it is seen for the second time', async () => {
    const { snapshots, host, clock, driver } = await withWork();
    await snapshots.start();
    const looks = vi.spyOn(driver, 'listSnapshots');
    const mine = (await snapshots.save(ada, 'kept')).snapshots[0]?.snapshotId ?? '';
    host.snapshots.set('sn-late', new Map());
    clock.advance(30_000);
    await vi.waitFor(() => expect(looks).toHaveBeenCalledTimes(1));
    expect([...host.snapshots.keys()]).toEqual([mine, 'sn-late']);
    clock.advance(30_000);
    await vi.waitFor(() => expect([...host.snapshots.keys()]).toEqual([mine]));
  });

  test('an engine that was away at the start is asked again, and what is being kept meanwhile is left alone', async () => {
    const { snapshots, host, clock, driver } = await withWork();
    const cutOff = (await snapshots.save(ada, 'cut off')).snapshots[0]?.snapshotId ?? '';
    await db().snapshot.update({ where: { id: cutOff }, data: { state: 'saving', ref: null } });
    vi.spyOn(driver, 'listSnapshots').mockRejectedValueOnce(new AppError('engine_down', 'away'));
    expect(await codeOf(snapshots.start())).toBe('engine_down');
    const copy = await snapshots.keepForCopy(ada);
    clock.advance(30_000);
    await vi.waitFor(() => expect([...host.snapshots.keys()]).toEqual([copy.snapshotId]));
    expect((await snapshots.list('ada')).snapshots).toMatchObject([{ snapshotId: cutOff, state: 'failed' }]);
    await snapshots.dropCopyState('ada', copy.snapshotId);
    expect(host.snapshots.size).toBe(0);
  });
});

import { randomBytes } from 'node:crypto';
import type { Clock } from '#server/clock.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { copyOfSeat } from '#server/shared/copy-seat.ts';
import type { SandboxView } from '#server/shared/protocol.ts';
import { SeenTwice } from '#server/shared/seen-twice.ts';
import type { SnapshotList, SnapshotView } from '#server/shared/views.ts';
import type { Sandbox, SandboxDriver, SnapshotRef } from '../driver.ts';
import type { EndingState } from '../ending-save.ts';
import type { SandboxManager, Seat } from '../manager.ts';
import { oneAtATime } from '../reaper.ts';
import { requireDisk, requireName, requireRoom } from './snapshot-rules.ts';
import * as store from './snapshot-store.ts';

export type SnapshotOptions = {
  driver: SandboxDriver;
  clock: Clock;
  /** Asked late: the manager saves before endings, so each knows the other. */
  sandboxes: () => Pick<SandboxManager, 'find' | 'restore'>;
  currentStep: (enrollmentId: string) => Promise<string | null>;
  quota: number;
  /** In the place where states are kept. */
  freeBytes: () => Promise<number>;
};

type Saving = Seat & { sandbox: Sandbox; kind: store.SnapshotKind; name: string; signal?: AbortSignal };

const AGAIN_MS = 60_000;
const LOOK_EVERY_MS = 30_000;

/** The states that students keep of their sandboxes. */
export class Snapshots {
  readonly #options: SnapshotOptions;
  /** What goes on for a seat; the next waits for it. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Being kept by this process, and what it keeps for copies. */
  readonly #own = new Set<string>();
  readonly #seen = new SeenTwice();
  readonly #timers = new DisposableStack();
  #again: Disposable | null = null;
  #isReconciled = false;

  constructor(options: SnapshotOptions) {
    this.#options = options;
  }

  async list(enrollmentId: string): Promise<SnapshotList> {
    const rows = await store.findSnapshots(enrollmentId);
    return { snapshots: rows.flatMap(viewsOf), quota: this.#options.quota };
  }

  /** Refuses with `snapshot_quota` when the student keeps as many as they may. */
  async save(seat: Seat, given: string): Promise<SnapshotList> {
    const name = requireName(given);
    return this.#inTurn(seat.enrollmentId, async () => {
      const sandbox = this.#options.sandboxes().find(seat.enrollmentId);
      if (sandbox === null) throw new AppError('sandbox_gone', 'there is no sandbox to save');
      requireRoom(await store.findSnapshots(seat.enrollmentId), this.#options.quota);
      await this.#keep({ ...seat, sandbox, kind: 'student', name });
      return this.list(seat.enrollmentId);
    });
  }

  /** What was saved before an ending has no name of its own. */
  async rename(enrollmentId: string, id: string, given: string): Promise<SnapshotList> {
    const name = requireName(given);
    const { kind } = await this.#require(enrollmentId, id);
    if (kind !== 'student') throw new AppError('bad_request', `snapshot ${id} was not named by its student`);
    await store.changeSnapshot(id, { name });
    return this.list(enrollmentId);
  }

  /** Gone from the list at once; one that a sandbox still lives on leaves the disk later. */
  async remove(enrollmentId: string, id: string): Promise<SnapshotList> {
    await this.#discard(await this.#require(enrollmentId, id));
    return this.list(enrollmentId);
  }

  /** Ends the present sandbox and begins another with the state that was kept. */
  restore(seat: Seat, id: string): Promise<SandboxView> {
    return this.#inTurn(seat.enrollmentId, async () => {
      const { ref, state, driver } = await this.#require(seat.enrollmentId, id);
      const isHere = state === 'ready' && driver === this.#options.driver.name;
      if (ref === null || !isHere) throw new AppError('snapshot_unknown', `snapshot ${id} cannot be restored here`);
      return this.#options.sandboxes().restore(seat, { snapshotId: id, ref });
    });
  }

  /** Keeps the newest one only. */
  async saveBeforeEnding({ sandbox, ...seat }: EndingState, signal: AbortSignal): Promise<string | null> {
    const { enrollmentId, courseId } = seat;
    // What a teacher tried in a copy is not the student's work.
    if (!sandbox.capabilities.includes('snapshot') || copyOfSeat(enrollmentId)) return null;
    const earlier = (await store.findSnapshots(enrollmentId)).filter(({ kind }) => kind === 'ending');
    const { snapshotId } = await this.#keep({ enrollmentId, courseId, sandbox, kind: 'ending', name: '', signal });
    for (const row of earlier) await this.#discard(row);
    return snapshotId;
  }

  /** The present state, for a teacher's copy to begin with. It is in nobody's list and takes nobody's place. */
  keepForCopy(seat: Seat): Promise<SnapshotRef> {
    return this.#inTurn(seat.enrollmentId, async () => {
      const sandbox = this.#options.sandboxes().find(seat.enrollmentId);
      if (sandbox === null) throw new AppError('sandbox_gone', 'there is no sandbox to copy');
      return this.#keep({ ...seat, sandbox, kind: 'copy', name: '' });
    });
  }

  /** The copy has begun, or never will. The disk is given back once no copy lives on it. */
  async dropCopyState(enrollmentId: string, snapshotId: string): Promise<void> {
    const row = await store.findSnapshot(enrollmentId, snapshotId);
    if (row !== null) await this.#discard(row);
    this.#own.delete(snapshotId);
  }

  /**
   * Makes the rows and what is on the host agree again, and goes on deleting what could not be deleted. Afterwards looks
   * now and then for what an engine has finished after the process that asked for it had died.
   */
  async start(): Promise<void> {
    this.#timers.use(
      this.#options.clock.every(
        LOOK_EVERY_MS,
        oneAtATime(() => this.#look()),
      ),
    );
    await this.#reconcile();
  }

  dispose(): void {
    this.#timers.dispose();
    this.#again?.[Symbol.dispose]();
  }

  /** Whoever was not there when we began is asked again. */
  async #look(): Promise<void> {
    if (!this.#isReconciled) return this.#reconcile();
    const kept = await this.#options.driver.listSnapshots();
    const again = this.#seen.look((await this.#unknown(kept)).map(({ snapshotId }) => snapshotId));
    for (const ref of kept.filter(({ snapshotId }) => again.includes(snapshotId))) await this.#deleteOrphan(ref);
  }

  async #reconcile(): Promise<void> {
    const { driver } = this.#options;
    const kept = await driver.listSnapshots();
    const rows = (await store.findAllSnapshots(driver.name)).filter(({ id }) => !this.#own.has(id));
    const onHost = new Set(kept.map(({ snapshotId }) => snapshotId));
    for (const row of rows) {
      // Whatever it was kept for has begun by now, or went with the process before.
      if (row.kind === 'copy') {
        await this.#discard(row);
        continue;
      }
      const isLost = row.state === 'saving' || (row.state === 'ready' && !onHost.has(row.id));
      if (isLost) await store.changeSnapshot(row.id, { state: 'failed' });
      if (row.state === 'deleting') await this.#discard(row);
    }
    for (const ref of await this.#unknown(kept)) await this.#deleteOrphan(ref);
    this.#isReconciled = true;
  }

  /** What is on the host and in no row that still holds it. */
  async #unknown(kept: readonly SnapshotRef[]): Promise<SnapshotRef[]> {
    const rows = await store.findAllSnapshots(this.#options.driver.name);
    const known = new Set(rows.filter(({ state }) => state === 'ready' || state === 'deleting').map(({ id }) => id));
    return kept.filter(({ snapshotId }) => !known.has(snapshotId) && !this.#own.has(snapshotId));
  }

  async #deleteOrphan(ref: SnapshotRef): Promise<void> {
    log.warn('snapshot.orphan', { ...ref });
    await this.#options.driver.deleteSnapshot(ref).catch((error: unknown) => notDeleted(ref.snapshotId, error));
  }

  async #keep({ enrollmentId, courseId, sandbox, kind, name, signal }: Saving): Promise<SnapshotRef> {
    const { driver, clock, currentStep, freeBytes } = this.#options;
    requireDisk({ freeBytes: await freeBytes(), stateBytes: (await sandbox.stats()).diskBytes ?? 0 });
    const id = `sn-${randomBytes(8).toString('hex')}`;
    this.#own.add(id);
    const stepKey = await currentStep(enrollmentId);
    const unknown = { ref: null, state: 'saving', whole: false, sizeKiB: null, createdAt: clock.now() };
    await store.insertSnapshot({ id, enrollmentId, courseId, driver: driver.name, kind, name, stepKey, ...unknown });
    try {
      const { ref, whole, sizeBytes } = await sandbox.snapshot(id, signal);
      const sizeKiB = sizeBytes === null ? null : Math.ceil(sizeBytes / 1024);
      await store.changeSnapshot(id, { state: 'ready', ref, whole, sizeKiB });
      if (kind !== 'copy') this.#own.delete(id);
      return { snapshotId: id, ref };
    } catch (error) {
      this.#own.delete(id);
      // Its student sees a failed one in their list; a teacher's is in none.
      if (kind === 'copy') await store.dropSnapshot(id);
      else await store.changeSnapshot(id, { state: 'failed' });
      throw error;
    }
  }

  async #discard({ id, ref }: store.SnapshotRecord): Promise<void> {
    await store.changeSnapshot(id, { state: 'deleting' });
    try {
      if (ref !== null) await this.#options.driver.deleteSnapshot({ snapshotId: id, ref });
      await store.dropSnapshot(id);
    } catch (error) {
      notDeleted(id, error);
      this.#tryAgainLater();
    }
  }

  #tryAgainLater(): void {
    this.#again?.[Symbol.dispose]();
    this.#again = this.#options.clock.after(AGAIN_MS, () => {
      this.#deleteRest().catch((error: unknown) => log.error('snapshot.delete_failed', error));
    });
  }

  async #deleteRest(): Promise<void> {
    const rows = await store.findAllSnapshots(this.#options.driver.name);
    for (const row of rows.filter(({ state }) => state === 'deleting')) await this.#discard(row);
  }

  async #require(enrollmentId: string, id: string): Promise<store.SnapshotRecord> {
    const row = await store.findSnapshot(enrollmentId, id);
    if (row === null || row.state === 'deleting' || row.kind === 'copy')
      throw new AppError('snapshot_unknown', `no snapshot ${id}`);
    return row;
  }

  async #inTurn<T>(enrollmentId: string, run: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(enrollmentId) ?? Promise.resolve();
    const mine = before.then(run, run);
    this.#turns.set(enrollmentId, mine);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(enrollmentId) === mine) this.#turns.delete(enrollmentId);
    }
  }
}

function notDeleted(snapshotId: string, error: unknown): void {
  log.warn('snapshot.not_deleted', { snapshotId, code: errorCode(error) });
}

/** One that is being deleted is not shown, nor is a teacher's. */
function viewsOf({ id, kind, name, stepKey, state, whole, sizeKiB, createdAt }: store.SnapshotRecord): SnapshotView[] {
  if (kind === 'copy') return [];
  if (state !== 'saving' && state !== 'ready' && state !== 'failed') return [];
  return [
    {
      snapshotId: id,
      kind: kind === 'ending' ? 'ending' : 'student',
      name,
      stepKey,
      state,
      whole,
      sizeBytes: sizeKiB === null ? null : sizeKiB * 1024,
      createdAt: createdAt.toISOString(),
    },
  ];
}

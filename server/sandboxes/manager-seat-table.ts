import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { copyOfSeat } from '#server/shared/copy-seat.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { QueuePlace, SandboxEnding, SandboxPhase, SandboxView } from '#server/shared/protocol.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import type { Sandbox } from './driver.ts';
import type { SandboxImages } from './manager-images.ts';
import { noSandboxView, type Seat, type SeatState, viewOf } from './manager-seat.ts';
import { WaitingLine, type WaitReason } from './manager-waiting.ts';
import { claimWarm } from './pool/pool-store.ts';
import { afterRestart } from './replay-rules.ts';
import { isLive, mayMove } from './sandbox-rules.ts';
import { insertSandbox, moveSandbox, type SandboxRecord, storeSaved } from './sandbox-store.ts';

type Move = { phase: SandboxPhase; ref?: string; ending?: SandboxEnding; error?: ErrorCode };
type Beginning = Pick<SeatState, 'sandboxId' | 'driver' | 'createdAt' | 'expiresAt' | 'policy'>;
type Listener = (enrollmentId: string, view: SandboxView) => void;

/** The newest sandbox of each enrollment, in memory and in the database; tells whoever listens. */
export class SeatTable {
  readonly #byEnrollment = new Map<string, SeatState>();
  readonly #inserts = new WeakMap<SeatState, Promise<void>>();
  readonly #listeners = new Set<Listener>();
  readonly #waiting = new WaitingLine();
  readonly #closing = new AbortController();
  readonly #clock: Clock;
  readonly #images: SandboxImages;
  #placeOf: (enrollmentId: string) => QueuePlace | null = () => null;

  constructor(clock: Clock, images: SandboxImages) {
    this.#clock = clock;
    this.#images = images;
  }

  all(): SeatState[] {
    return [...this.#byEnrollment.values()];
  }

  get(enrollmentId: string): SeatState | null {
    return this.#byEnrollment.get(enrollmentId) ?? null;
  }

  live(enrollmentId: string): SeatState | null {
    const state = this.get(enrollmentId);
    return state !== null && isLive(state.phase) ? state : null;
  }

  bySandbox(sandboxId: string): SeatState | null {
    return this.all().find((state) => state.sandboxId === sandboxId) ?? null;
  }

  view(enrollmentId: string): SandboxView {
    const state = this.get(enrollmentId);
    const error = this.#waiting.reason(enrollmentId);
    if (state?.phase === 'ready') return viewOf(state, null);
    const queue = this.#placeOf(enrollmentId);
    if (state === null) return { ...noSandboxView(this.#clock.now()), error, queue };
    if (!isLive(state.phase) && error !== null) return { ...viewOf(state, null), error, queue };
    return { ...viewOf(state, state.phase === 'queued' ? this.#images.status(state.courseId).percent : null), queue };
  }

  /** Who knows the places of those who wait. */
  showPlaces(placeOf: (enrollmentId: string) => QueuePlace | null): void {
    this.#placeOf = placeOf;
  }

  /** What its page shows is not what it was told last. */
  tell(enrollmentId: string): void {
    this.#tell(enrollmentId);
  }

  /** None can be had now: its page is told why, until one is begun for it. */
  mustWait({ enrollmentId, courseId }: Seat, reason: WaitReason): void {
    // What it would be a copy of has changed by then: its teacher asks again.
    if (copyOfSeat(enrollmentId)) return;
    this.#waiting.add({ enrollmentId, courseId }, reason);
    this.#tell(enrollmentId);
  }

  /** Whoever waits for this, in the order they came. */
  waitingFor(reason: WaitReason): Seat[] {
    return this.#waiting.seats(reason);
  }

  onChange(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  changed(state: SeatState): void {
    // A newer sandbox of the same enrollment is what its page shows.
    if (this.get(state.enrollmentId) !== state) return;
    this.#tell(state.enrollmentId);
  }

  #tell(enrollmentId: string): void {
    const view = this.view(enrollmentId);
    for (const listener of [...this.#listeners]) listener(enrollmentId, view);
  }

  /** In memory at once, so that a second wish finds it; `stored` tells when it is on disk. */
  add(seat: Seat, beginning: Beginning, { isWarm } = { isWarm: false }): SeatState {
    const state = newState(seat, beginning);
    this.#byEnrollment.set(seat.enrollmentId, state);
    this.#waiting.remove(seat.enrollmentId);
    const insert = (isWarm ? claim(state) : insertSandbox({ ...recordOf(state), ref: null })).then(
      () => this.changed(state),
      (error: unknown) => {
        state.phase = 'gone';
        this.#byEnrollment.delete(seat.enrollmentId);
        throw error;
      },
    );
    insert.catch(() => undefined);
    this.#inserts.set(state, insert);
    return state;
  }

  /** Resolves when its record is on disk. */
  async stored(state: SeatState): Promise<void> {
    await this.#inserts.get(state);
  }

  /** Taken over from an earlier process. */
  restore(record: SandboxRecord, sandbox: Sandbox, policy: SandboxPolicy): SeatState {
    const state = newState(record, { ...record, policy });
    const { createdAt: since, lastActiveAt } = record;
    Object.assign(state, { phase: 'ready', sandbox, since, lastActiveAt, replay: afterRestart(record.replay) });
    this.#byEnrollment.set(record.enrollmentId, state);
    return state;
  }

  /** Ended before our time, or lost while we were away: its student is told why. */
  remember(record: SandboxRecord, ending: SandboxEnding): void {
    const { policy, savedSnapshotId, endedAt } = record;
    const state = newState(record, { ...record, policy: policy ?? NO_POLICY });
    Object.assign(state, { phase: 'gone', ending, savedSnapshotId, since: endedAt ?? this.#clock.now() });
    if (this.live(record.enrollmentId) === null) this.#byEnrollment.set(record.enrollmentId, state);
  }

  /** Forward, or not at all: then false. Memory first, so that two ends cannot both win; listeners after the disk. */
  async move(state: SeatState, { phase, ref, ending, error }: Move): Promise<boolean> {
    if (!mayMove(state.phase, phase)) return false;
    const at = this.#clock.now();
    Object.assign(state, { phase, since: at, ending: ending ?? state.ending, error: error ?? null });
    try {
      await moveSandbox(state.sandboxId, { phase, at, ...(ref && { ref }), ...(ending && { ending }) });
    } catch (cause) {
      log.error('sandbox.move_not_stored', cause, { sandboxId: state.sandboxId, phase });
      if (phase === 'ready') throw cause;
    }
    this.changed(state);
    return true;
  }

  /** What was kept of it before it goes. */
  async saved(state: SeatState, snapshotId: string): Promise<void> {
    state.savedSnapshotId = snapshotId;
    await storeSaved(state.sandboxId, snapshotId);
    this.changed(state);
  }

  /** Still queued, and what stands in the way. */
  waits(state: SeatState, error: ErrorCode | null): void {
    if (state.phase !== 'queued' || state.error === error) return;
    state.error = error;
    this.changed(state);
  }

  untilReady(enrollmentId: string, given: AbortSignal): Promise<Sandbox> {
    const signal = AbortSignal.any([given, this.#closing.signal]);
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#listeners.delete(look);
        signal.removeEventListener('abort', giveUp);
      };
      const giveUp = () => {
        stop();
        reject(signal.reason);
      };
      const look = () => {
        const state = this.get(enrollmentId);
        const isOver = state === null || !isLive(state.phase) || state.error !== null;
        if (!isOver && state.phase !== 'ready') return;
        stop();
        if (!isOver && state.sandbox !== null) resolve(state.sandbox);
        else reject(new AppError(state?.error ?? 'sandbox_gone', `no sandbox for ${enrollmentId}`));
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      this.#listeners.add(look);
      look();
    });
  }

  /** Whoever waits is told so. */
  dispose(): void {
    this.#closing.abort(new AppError('shutting_down', 'the server stops'));
    this.#listeners.clear();
  }
}

function newState({ enrollmentId, courseId }: Seat, beginning: Beginning): SeatState {
  return {
    enrollmentId,
    courseId,
    sandboxId: beginning.sandboxId,
    driver: beginning.driver,
    createdAt: beginning.createdAt,
    expiresAt: beginning.expiresAt,
    policy: beginning.policy,
    phase: 'queued',
    ending: null,
    error: null,
    since: beginning.createdAt,
    lastActiveAt: beginning.createdAt,
    touched: false,
    warning: null,
    warnedCall: null,
    savedSnapshotId: null,
    replay: null,
    from: null,
    sandbox: null,
    firstShell: null,
    endWatch: null,
    cpuSample: null,
    giveUp: new AbortController(),
    launch: Promise.resolve(),
    end: null,
  };
}

async function claim({
  sandboxId,
  enrollmentId,
  policy,
  createdAt,
  lastActiveAt,
  expiresAt,
}: SeatState): Promise<void> {
  const isOurs = await claimWarm({ sandboxId, enrollmentId, policy, createdAt, lastActiveAt, expiresAt });
  if (!isOurs) throw new AppError('sandbox_failed', `sandbox ${sandboxId} is in the pool no more`);
}

/** One that is over asks for nothing. */
const NO_POLICY: SandboxPolicy = {
  limits: { memoryMiB: 0, cpus: 0, pids: 0, diskMiB: 0 },
  idleMs: 0,
  lifetimeMs: 0,
  longestLifeMs: 0,
  network: 'none',
};

function recordOf(state: SeatState): SandboxRecord {
  const { sandboxId, enrollmentId, courseId, driver, policy, phase, ending, createdAt, lastActiveAt, expiresAt } =
    state;
  const times = { createdAt, lastActiveAt, expiresAt, endedAt: null };
  return {
    sandboxId,
    enrollmentId,
    courseId,
    driver,
    ref: null,
    policy,
    phase,
    ending,
    savedSnapshotId: null,
    replay: null,
    ...times,
  };
}

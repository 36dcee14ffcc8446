import { randomBytes } from 'node:crypto';
import type { Clock } from '#server/clock.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { SandboxEnding, SandboxView } from '#server/shared/protocol.ts';
import { type Capacity, capacityOf, freeSeats, requireSeat } from './capacity.ts';
import type { NetworkMode, Sandbox, SandboxDriver, SandboxEnd } from './driver.ts';
import { adoptSandboxes } from './manager-adoption.ts';
import type { SandboxManager, SandboxManagerOptions } from './manager-contract.ts';
import { noImages, type SandboxImages, untilImageReady } from './manager-images.ts';
import { CreationQueue } from './manager-queue.ts';
import { rowOf, type SandboxRowData } from './manager-rows.ts';
import type { Seat, SeatState } from './manager-seat.ts';
import { SeatTable } from './manager-seat-table.ts';
import type { WaitReason } from './manager-waiting.ts';
import { createReaper } from './reaper.ts';
import { dueEnding, isLive, type SandboxSettings } from './sandbox-rules.ts';
import { saveTimes } from './sandbox-store.ts';

export type { SandboxManager, SandboxManagerOptions } from './manager-contract.ts';
export type { SandboxImages } from './manager-images.ts';
export type { SandboxRowData } from './manager-rows.ts';
export type { Seat } from './manager-seat.ts';
export type { SandboxSettings } from './sandbox-rules.ts';

export function createSandboxManager(options: SandboxManagerOptions): SandboxManager {
  return new LiveSandboxManager(options);
}

class LiveSandboxManager implements SandboxManager {
  readonly #driver: SandboxDriver;
  readonly #clock: Clock;
  readonly #settings: SandboxSettings;
  readonly #images: SandboxImages;
  readonly #newId: () => string;
  readonly #seats: SeatTable;
  readonly #queue: CreationQueue;
  /** Whose destroying failed: tried again at each sweep. */
  readonly #leftovers = new Set<Sandbox>();
  readonly #owned = new DisposableStack();
  readonly #isPresent: (enrollmentId: string) => boolean;
  readonly #networkOf: (courseId: string) => NetworkMode;
  #adopting: Promise<void> = Promise.resolve();
  #closing = false;

  constructor({ driver, clock, settings, images, newId, isPresent, networkOf }: SandboxManagerOptions) {
    this.#driver = driver;
    this.#clock = clock;
    this.#settings = settings;
    this.#images = images ?? noImages;
    this.#newId = newId ?? (() => `sb-${randomBytes(8).toString('hex')}`);
    this.#isPresent = isPresent ?? (() => true);
    this.#networkOf = networkOf ?? (() => 'mirror');
    this.#seats = new SeatTable(clock, this.#images);
    this.#queue = new CreationQueue(settings.createConcurrency);
    this.#owned.use(this.#images.onChange((courseId) => this.#retryForImage(courseId)));
    this.#owned.use(this.#seats.onChange(() => this.retry('sandbox_capacity')));
  }

  async ensure(seat: Seat): Promise<SandboxView> {
    if (this.#closing) throw new AppError('shutting_down', 'no sandbox is begun any more');
    // What an earlier process left comes first: a second one would be begun beside it.
    await this.#adopting;
    const current = this.#seats.get(seat.enrollmentId);
    if (current?.end) await current.end;
    const live = this.#seats.live(seat.enrollmentId) ?? this.#begin(seat);
    await this.#seats.stored(live);
    return this.#seats.view(seat.enrollmentId);
  }

  view(enrollmentId: string): SandboxView {
    return this.#seats.view(enrollmentId);
  }

  find(enrollmentId: string): Sandbox | null {
    const state = this.#seats.get(enrollmentId);
    return state?.phase === 'ready' ? state.sandbox : null;
  }

  async whenReady(seat: Seat, signal: AbortSignal): Promise<Sandbox> {
    await this.ensure(seat);
    return this.#seats.untilReady(seat.enrollmentId, signal);
  }

  touch(enrollmentId: string): void {
    const state = this.#seats.live(enrollmentId);
    if (state === null) return;
    state.lastActiveAt = this.#clock.now();
    state.touched = true;
  }

  async reset(seat: Seat, reason: SandboxEnding): Promise<SandboxView> {
    const state = this.#seats.live(seat.enrollmentId);
    if (state !== null) await this.#end(state, reason);
    return this.ensure(seat);
  }

  async end(sandboxId: string, reason: SandboxEnding): Promise<void> {
    const state = this.#seats.bySandbox(sandboxId);
    if (state !== null) await this.#end(state, reason);
  }

  async extend(enrollmentId: string): Promise<SandboxView> {
    const state = this.#seats.live(enrollmentId);
    if (state === null) throw new AppError('sandbox_gone', `enrollment ${enrollmentId} has no sandbox`);
    const now = this.#clock.now();
    state.lastActiveAt = now;
    state.expiresAt = new Date(now.getTime() + this.#settings.lifetimeMs);
    await saveTimes(state.sandboxId, { lastActiveAt: state.lastActiveAt, expiresAt: state.expiresAt });
    this.#seats.changed(state);
    return this.#seats.view(enrollmentId);
  }

  rows(): Promise<SandboxRowData[]> {
    const live = this.#seats.all().filter((state) => isLive(state.phase));
    return Promise.all(live.map((state) => rowOf(state, () => this.#clock.now())));
  }

  capacity(): Capacity {
    const phases = this.#seats.all().map((state) => state.phase);
    return capacityOf(phases, this.#settings.maxSandboxes);
  }

  onChange(listener: (enrollmentId: string, view: SandboxView) => void): Disposable {
    return this.#seats.onChange(listener);
  }

  adoptAll(): Promise<void> {
    const adopting = adoptSandboxes({
      driver: this.#driver,
      seats: this.#seats,
      now: () => this.#clock.now(),
      watch: (state, sandbox) => this.#watch(state, sandbox),
      destroy: (sandbox) => this.#destroy(sandbox),
    });
    this.#adopting = adopting.catch(() => undefined);
    return adopting;
  }

  retry(reason: WaitReason): void {
    if (this.#closing) return;
    const here = this.#seats.waitingFor(reason).filter(({ enrollmentId }) => this.#isPresent(enrollmentId));
    for (const seat of here.slice(0, freeSeats(this.capacity()))) {
      this.ensure(seat).catch((error: unknown) => log.warn('sandbox.retry_failed', { code: errorCode(error) }));
    }
  }

  start(): void {
    const { idleMs } = this.#settings;
    this.#owned.use(createReaper({ clock: this.#clock, idleMs, sweep: () => this.#sweep() }));
  }

  async dispose(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#owned.dispose();
    const states = this.#seats.all();
    for (const state of states) {
      state.endWatch?.[Symbol.dispose]();
      state.giveUp.abort(new AppError('shutting_down', 'the server stops'));
    }
    await Promise.all(states.flatMap((state) => [state.launch, state.end]));
    await this.#saveActivity();
    this.#seats.dispose();
  }

  #begin(seat: Seat): SeatState {
    const capacity = this.capacity();
    if (freeSeats(capacity) === 0) this.#seats.mustWait(seat, 'sandbox_capacity');
    requireSeat(capacity);
    const now = this.#clock.now();
    const state = this.#seats.add(seat, {
      sandboxId: this.#newId(),
      driver: this.#driver.name,
      createdAt: now,
      expiresAt: new Date(now.getTime() + this.#settings.lifetimeMs),
    });
    state.launch = this.#launch(state).catch((error: unknown) => this.#launchFailed(state, error));
    return state;
  }

  async #launch(state: SeatState): Promise<void> {
    const { signal } = state.giveUp;
    const { sandboxId, courseId } = state;
    await this.#seats.stored(state);
    await untilImageReady(this.#images, {
      courseId,
      signal,
      onProgress: (phase) => this.#seats.waits(state, phase === 'failed' ? 'image_build_failed' : null),
    });
    this.#seats.waits(state, null);
    const sandbox = await this.#queue.run(async () => {
      await this.#seats.move(state, { phase: 'creating' });
      const network = this.#networkOf(courseId);
      return this.#driver.create({ sandboxId, courseId, limits: this.#settings.limits, network }, signal);
    }, signal);
    // From here on ending the seat ends the sandbox.
    state.sandbox = sandbox;
    signal.throwIfAborted();
    await this.#seats.move(state, { phase: 'ready', ref: sandbox.ref });
    this.#watch(state, sandbox);
    const ms = this.#clock.now().getTime() - state.createdAt.getTime();
    log.info('sandbox.ready', { sandboxId, courseId, driver: state.driver, ms });
  }

  /** A creation given up because the seat ends is that end's affair; at our own stop nothing may be left half-made. */
  async #launchFailed(state: SeatState, error: unknown): Promise<void> {
    if (state.giveUp.signal.aborted) {
      if (this.#closing && state.sandbox !== null) await this.#destroy(state.sandbox);
      return;
    }
    log.error('sandbox.create_failed', error, { sandboxId: state.sandboxId, courseId: state.courseId });
    if (state.sandbox !== null) await this.#destroy(state.sandbox);
    const code = errorCode(error);
    await this.#seats.move(state, { phase: 'gone', ending: 'fault', error: code });
    if (code === 'engine_down') this.#seats.mustWait(state, code);
  }

  #watch(state: SeatState, sandbox: Sandbox): void {
    if (this.#closing) return;
    state.endWatch = sandbox.onEnd((reason) => {
      this.#lost(state, reason).catch((error: unknown) => log.error('sandbox.end_failed', error));
    });
  }

  async #lost(state: SeatState, reason: SandboxEnd): Promise<void> {
    if (state.end !== null) return;
    log.warn('sandbox.lost', { sandboxId: state.sandboxId, reason });
    await this.#seats.move(state, { phase: 'gone', ending: reason });
    if (state.sandbox !== null) await this.#destroy(state.sandbox);
  }

  #end(state: SeatState, reason: SandboxEnding): Promise<void> {
    if (!isLive(state.phase)) return Promise.resolve();
    state.end ??= this.#takeDown(state, reason).catch((error: unknown) => log.error('sandbox.end_failed', error));
    return state.end;
  }

  async #takeDown(state: SeatState, reason: SandboxEnding): Promise<void> {
    state.endWatch?.[Symbol.dispose]();
    state.giveUp.abort(new AppError('sandbox_gone', `ended: ${reason}`));
    await this.#seats.move(state, { phase: 'ending', ending: reason });
    await state.launch;
    if (state.sandbox !== null) await this.#destroy(state.sandbox);
    await this.#seats.move(state, { phase: 'gone', ending: reason });
    log.info('sandbox.ended', { sandboxId: state.sandboxId, reason });
  }

  async #destroy(sandbox: Sandbox): Promise<void> {
    try {
      await sandbox.destroy();
      this.#leftovers.delete(sandbox);
    } catch (error) {
      this.#leftovers.add(sandbox);
      log.error('sandbox.destroy_failed', error, { sandboxId: sandbox.sandboxId });
    }
  }

  async #sweep(): Promise<void> {
    const now = this.#clock.now();
    for (const state of this.#seats.all()) {
      const ending = dueEnding(state, now, this.#settings.idleMs);
      if (ending !== null) await this.#end(state, ending);
    }
    await this.#saveActivity();
    for (const sandbox of [...this.#leftovers]) await this.#destroy(sandbox);
  }

  async #saveActivity(): Promise<void> {
    for (const state of this.#seats.all().filter(({ touched }) => touched)) {
      state.touched = false;
      await saveTimes(state.sandboxId, { lastActiveAt: state.lastActiveAt, expiresAt: state.expiresAt });
    }
  }

  /** Students who came before the image was there get their sandbox by themselves. */
  #retryForImage(courseId: string): void {
    if (this.#closing) return;
    const isReady = this.#images.status(courseId).phase === 'ready';
    for (const state of this.#seats.all().filter((seat) => seat.courseId === courseId)) {
      if (state.phase === 'queued') this.#seats.changed(state);
      if (!isReady || state.phase !== 'gone' || state.error !== 'image_not_built') continue;
      this.ensure(state).catch((error: unknown) => log.warn('sandbox.retry_failed', { code: errorCode(error) }));
    }
  }
}

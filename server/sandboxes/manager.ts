import { randomBytes } from 'node:crypto';
import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { copyOfSeat } from '#server/shared/copy-seat.ts';
import type { SandboxEnding, SandboxView } from '#server/shared/protocol.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import { type Capacity, capacityOf, freeSeats, requireSeat } from './capacity.ts';
import type { Sandbox, SandboxDriver, Shell, Size, SnapshotRef } from './driver.ts';
import { beginsAnew, extendedUntil, warnTimes } from './ending-rules.ts';
import { EndingWatch, type WarningListener } from './ending-watch.ts';
import { Adopter } from './manager-adopter.ts';
import { adoptSandboxes, rememberEndings } from './manager-adoption.ts';
import type { SandboxManager, SandboxManagerOptions } from './manager-contract.ts';
import { Endings } from './manager-endings.ts';
import { noImages, type SandboxImages } from './manager-images.ts';
import { Launcher } from './manager-launch.ts';
import { CreationQueue } from './manager-queue.ts';
import { Retries } from './manager-retries.ts';
import { rowOf, type SandboxRowData } from './manager-rows.ts';
import type { Seat, SeatState } from './manager-seat.ts';
import { SeatTable } from './manager-seat-table.ts';
import type { WaitReason } from './manager-waiting.ts';
import { poolFor } from './pool/pool-for.ts';
import type { WarmPool } from './pool/warm-pool.ts';
import { FIRST_SHELL } from './pool/warm-up.ts';
import { StartQueue } from './queue/start-queue.ts';
import { createReaper } from './reaper.ts';
import { isLive, type SandboxSettings } from './sandbox-rules.ts';
import { saveTimes } from './sandbox-store.ts';
import { SeatReplays } from './seat-replays.ts';

export type { SandboxManager, SandboxManagerOptions } from './manager-contract.ts';
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
  readonly pool: WarmPool | null;
  readonly replays: SeatReplays;
  readonly #seats: SeatTable;
  readonly #queue: CreationQueue;
  readonly #policyOf: SandboxManagerOptions['policyOf'];
  readonly #endings: Endings;
  readonly #launcher: Launcher;
  readonly #line: StartQueue;
  readonly #watch: EndingWatch;
  readonly #owned = new DisposableStack();
  readonly #retries: Retries;
  readonly #adopter: Adopter;
  #closing = false;

  constructor(options: SandboxManagerOptions) {
    const { driver, clock, settings, images, newId, wants, isPresent = () => true } = options;
    this.#driver = driver;
    this.#clock = clock;
    this.#settings = settings;
    this.#images = images ?? noImages;
    this.#newId = newId ?? (() => `sb-${randomBytes(8).toString('hex')}`);
    this.#seats = new SeatTable(clock, this.#images);
    this.replays = new SeatReplays(this.#seats);
    this.#queue = new CreationQueue(settings.createConcurrency);
    this.#policyOf = options.policyOf;
    this.#endings = new Endings({ driver, seats: this.#seats, clock, save: options.saveBeforeEnding ?? null });
    this.#watch = new EndingWatch({
      clock,
      seats: this.#seats,
      warn: warnTimes(settings.warnMs),
      isBusy: options.isBusy ?? (() => false),
      end: (state, reason) => this.#endings.end(state, reason),
    });
    this.#adopter = this.#owned.use(
      new Adopter({
        clock,
        attempt: () => this.#adoptAll(),
        turnAway: (seat) => this.#seats.mustWait(seat, 'engine_down'),
        onLateSuccess: () => this.retry('engine_down'),
      }),
    );
    const line = { clock, images: this.#images, seats: this.#seats, queue: this.#queue };
    const { createConcurrency: concurrency } = settings;
    this.#line = this.#owned.use(new StartQueue({ ...line, concurrency, isPresent }));
    this.#launcher = new Launcher({ ...line, driver, times: this.#line.times, endings: this.#endings });
    const place = { driver, clock, newId: this.#newId, images: this.#images, isWithoutImages: !images };
    const parts = { seats: this.#seats, queue: this.#queue, endings: this.#endings, capacity: () => this.capacity() };
    this.pool = wants ? poolFor({ wants, ...place, ...parts }) : null;
    this.#retries = new Retries({
      seats: this.#seats,
      images: this.#images,
      isPresent,
      // Warm ones hold seats, and are there for whoever waits.
      room: () => freeSeats(this.capacity()) + (this.pool?.spare ?? 0),
      begin: (seat) => this.ensure(seat),
    });
    this.#owned.use(this.#images.onChange((courseId) => this.#retries.forImage(courseId)));
    this.#owned.use(this.#seats.onChange(() => this.retry('sandbox_capacity')));
    if (this.pool) this.#owned.use(this.pool.onChange(() => this.retry('engine_down')));
  }

  async ensure(seat: Seat): Promise<SandboxView> {
    if (this.#closing) throw new AppError('shutting_down', 'no sandbox is begun any more');
    // What an earlier process left comes first: a second one would be begun beside it.
    await this.#adopter.done(seat);
    const current = this.#seats.get(seat.enrollmentId);
    if (current?.end) await current.end;
    const live = this.#seats.live(seat.enrollmentId) ?? (await this.#beginNew(seat));
    await this.#seats.stored(live);
    return this.#seats.view(seat.enrollmentId);
  }

  async open(seat: Seat): Promise<SandboxView> {
    await this.#adopter.done(seat);
    const state = this.#seats.get(seat.enrollmentId);
    const isOver = state?.phase === 'ending' || state?.phase === 'gone';
    if (state === null || !isOver || state.error !== null || beginsAnew(state.ending)) return this.ensure(seat);
    return this.view(seat.enrollmentId);
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

  async openShell(seat: Seat, request: { name: string; size: Size }, signal: AbortSignal): Promise<Shell> {
    const sandbox = await this.whenReady(seat, signal);
    const state = this.#seats.get(seat.enrollmentId);
    const opened = request.name === FIRST_SHELL ? state?.firstShell : null;
    if (!state || !opened) return sandbox.openShell(request);
    state.firstShell = null;
    opened.resize(request.size);
    return opened;
  }

  touch(enrollmentId: string): void {
    const state = this.#seats.live(enrollmentId);
    if (state !== null) this.#watch.active(state);
  }

  async reset(seat: Seat, reason: SandboxEnding): Promise<SandboxView> {
    const state = this.#seats.live(seat.enrollmentId);
    if (state !== null) await this.#endings.end(state, reason);
    return this.ensure(seat);
  }

  async restore(seat: Seat, from: SnapshotRef): Promise<SandboxView> {
    if (this.#closing) throw new AppError('shutting_down', 'no sandbox is begun any more');
    await this.#adopter.done(seat);
    const policy = await this.#policyOf(seat);
    // A page that asks meanwhile may begin a fresh one: it goes too.
    const current = () => this.#seats.live(seat.enrollmentId);
    for (let old = current(); old !== null; old = current()) await this.#endings.end(old, 'restored');
    await this.#seats.stored(this.#begin(seat, policy, from));
    return this.#seats.view(seat.enrollmentId);
  }

  async end(sandboxId: string, reason: SandboxEnding): Promise<void> {
    const state = this.#seats.bySandbox(sandboxId);
    if (state !== null) await this.#endings.end(state, reason);
  }

  async extend(enrollmentId: string): Promise<SandboxView> {
    const state = this.#seats.live(enrollmentId);
    if (state === null) throw new AppError('sandbox_gone', `enrollment ${enrollmentId} has no sandbox`);
    const now = this.#clock.now();
    const until = extendedUntil({ ...state.policy, createdAt: state.createdAt, expiresAt: state.expiresAt }, now);
    if (until === null) throw new AppError('lifetime_ceiling', `sandbox ${state.sandboxId} lives as long as it may`);
    state.lastActiveAt = now;
    state.expiresAt = until;
    await saveTimes(state.sandboxId, { lastActiveAt: now, expiresAt: until });
    this.#watch.changed(state);
    this.#seats.changed(state);
    return this.#seats.view(enrollmentId);
  }

  rows(): Promise<SandboxRowData[]> {
    const live = this.#seats.all().filter((state) => isLive(state.phase));
    return Promise.all(live.map((state) => rowOf(state, () => this.#clock.now())));
  }

  capacity(): Capacity {
    const phases = this.#seats.all().map((state) => state.phase);
    return capacityOf(phases, { total: this.#settings.maxSandboxes, warm: this.pool?.size ?? 0 });
  }

  queue() {
    return { waiting: this.#line.places().size, creationMs: this.#line.times.mean };
  }

  onChange(listener: (enrollmentId: string, view: SandboxView) => void): Disposable {
    return this.#seats.onChange(listener);
  }

  onWarning(listener: WarningListener): Disposable {
    return this.#watch.onWarning(listener);
  }

  adoptAll(): Promise<void> {
    return this.#adopter.begin();
  }

  async #adoptAll(): Promise<void> {
    // First: what an engine that does not answer keeps from being taken over is still told.
    await rememberEndings(this.#seats, this.#clock.now());
    await this.pool?.adopt();
    await adoptSandboxes({
      driver: this.#driver,
      seats: this.#seats,
      now: () => this.#clock.now(),
      isKnown: (sandboxId) => this.pool?.knows(sandboxId) ?? false,
      policyOf: this.#policyOf,
      watch: (state, sandbox) => this.#launcher.listen(state, sandbox),
      destroy: (sandbox) => this.#endings.destroy(sandbox),
    });
  }

  retry(reason: WaitReason): void {
    this.#retries.for(reason);
  }

  start(): void {
    this.pool?.start();
    const look = () => this.#watch.look();
    this.#owned.use(createReaper({ clock: this.#clock, look, tidy: () => this.#tidy() }));
  }

  async dispose(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#launcher.close();
    this.#retries.close();
    this.#owned.dispose();
    const states = this.#seats.all();
    for (const state of states) {
      state.endWatch?.[Symbol.dispose]();
      state.giveUp.abort(new AppError('shutting_down', 'the server stops'));
    }
    await Promise.all(states.flatMap((state) => [state.launch, state.end]));
    await this.pool?.dispose();
    await this.#saveActivity();
    this.#seats.dispose();
  }

  /** What it may take is asked first; who came meanwhile has begun it already. */
  async #beginNew(seat: Seat): Promise<SeatState> {
    if (copyOfSeat(seat.enrollmentId)) throw new AppError('sandbox_gone', 'a copy begins with a state, never anew');
    const policy = await this.#policyOf(seat);
    return this.#seats.live(seat.enrollmentId) ?? this.#begin(seat, policy);
  }

  #begin(seat: Seat, policy: SandboxPolicy, from: SnapshotRef | null = null): SeatState {
    const warm = from === null ? (this.pool?.take(seat.courseId, policy) ?? null) : null;
    if (warm === null) this.#requireSeat(seat);
    const now = this.#clock.now();
    const beginning = {
      sandboxId: warm?.sandboxId ?? this.#newId(),
      driver: this.#driver.name,
      createdAt: now,
      expiresAt: new Date(now.getTime() + policy.lifetimeMs),
      policy,
    };
    const state = this.#seats.add(seat, beginning, { isWarm: warm !== null });
    state.from = from;
    state.launch = warm === null ? this.#launcher.launch(state) : this.#launcher.takeOver(state, warm);
    return state;
  }

  #requireSeat(seat: Seat): void {
    if (freeSeats(this.capacity()) === 0 && !this.pool?.giveWay()) this.#seats.mustWait(seat, 'sandbox_capacity');
    requireSeat(this.capacity());
  }

  async #tidy(): Promise<void> {
    await this.#saveActivity();
    await this.#adopter.done(null);
    await this.#endings.clearUp();
  }

  async #saveActivity(): Promise<void> {
    for (const state of this.#seats.all().filter(({ touched }) => touched)) {
      state.touched = false;
      await saveTimes(state.sandboxId, { lastActiveAt: state.lastActiveAt, expiresAt: state.expiresAt });
    }
  }
}

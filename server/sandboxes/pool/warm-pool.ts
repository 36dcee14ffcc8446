import type { Clock } from '#server/clock.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Sandbox, SandboxDriver, Shell } from '#server/sandboxes/driver.ts';
import { all, sandboxOf } from '#server/sandboxes/manager-adoption.ts';
import { moveSandbox } from '#server/sandboxes/sandbox-store.ts';
import type { SandboxEnding } from '#server/shared/protocol.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import { isPreparedKey, type MadeWith, poolKey, preparedKey } from './pool-key.ts';
import { type Shortage, shortages, surplus, type Want } from './pool-rules.ts';
import { findWarm, insertWarm, type WarmRecord } from './pool-store.ts';
import { warmUp } from './warm-up.ts';

/** `shell` is null where it is only prepared: its system has not booted. */
export type Warm = { sandboxId: string; courseId: string; key: string; sandbox: Sandbox; shell: Shell | null };

type Kind = Want & { isPrepared: boolean };

export type WarmPoolOptions = {
  driver: SandboxDriver;
  clock: Clock;
  newId: () => string;
  /** What should be ready now: by hand, and for lessons that begin soon. */
  wants: () => Promise<Want[]>;
  /** The course's image as it is now: null where the driver needs none, undefined while there is none. */
  imageOf: (courseId: string) => string | null | undefined;
  /** Why none may be begun now: the house is full, or students wait for theirs; null when one may. */
  held: () => 'full' | 'busy' | null;
  /** Runs a creation after all that students wait for. */
  create: (job: () => Promise<void>) => Promise<void>;
  destroy: (sandbox: Sandbox) => Promise<void>;
};

/** A failed creation or a busy machine is tried again after this. */
const LOOK_EVERY_MS = 10_000;

/**
 * A prepared sandbox costs a third of a warm one's memory and no processor; making it is most of what a newcomer waits
 * for. So there are more of those, for the minute in which a whole class comes.
 */
const PREPARED_PER_WARM = 2;

/**
 * Sandboxes that are there before anybody asks: warm ones, booted, and where systems boot prepared ones, which are not.
 * Each goes to one seat, or away when it is not wanted any more.
 */
export class WarmPool {
  readonly #options: WarmPoolOptions;
  readonly #ready = new Map<string, Warm>();
  readonly #watches = new Map<string, Disposable>();
  readonly #listeners = new Set<() => void>();
  /** Taken over from an earlier process, and being made ready again. */
  readonly #rewarming = new Map<string, { courseId: string; done: Promise<void> }>();
  readonly #giveUp = new AbortController();
  /** The one being made. */
  #starting: { sandboxId: string; courseId: string } | null = null;
  #timer: Disposable | null = null;
  #filling: Promise<void> | null = null;
  #again = false;

  constructor(options: WarmPoolOptions) {
    this.#options = options;
  }

  /** How many seats of the host it holds. */
  get size(): number {
    return this.#ready.size + this.#rewarming.size + (this.#starting === null ? 0 : 1);
  }

  /** How many of those a student may have now. */
  get spare(): number {
    return this.#ready.size;
  }

  knows(sandboxId: string): boolean {
    return this.#ready.has(sandboxId) || this.#rewarming.has(sandboxId) || this.#starting?.sandboxId === sandboxId;
  }

  ready(key: string): number {
    return [...this.#ready.values()].filter((warm) => warm.key === key).length;
  }

  /** What there is of a course, whatever it was made with. */
  countOf(courseId: string): { ready: number; prepared: number; starting: number } {
    const present = [...this.#ready.values()].filter((warm) => warm.courseId === courseId);
    const prepared = present.filter(({ shell }) => shell === null).length;
    const ready = present.length - prepared;
    const inWork = [...this.#rewarming.values(), ...(this.#starting === null ? [] : [this.#starting])];
    return { ready, prepared, starting: inWork.filter((one) => one.courseId === courseId).length };
  }

  /** Why none of this course can be begun just now. */
  heldFor(courseId: string): 'full' | 'busy' | 'image' | null {
    return this.#options.imageOf(courseId) === undefined ? 'image' : this.#options.held();
  }

  keyOf(courseId: string, policy: MadeWith['policy']): string | null {
    const image = this.#options.imageOf(courseId);
    return image === undefined ? null : poolKey({ courseId, policy, image });
  }

  /** One that was made with exactly this, out of the pool for good, a warm one first; null when there is none. */
  take(courseId: string, policy: SandboxPolicy): Warm | null {
    const key = this.keyOf(courseId, policy);
    if (key === null) return null;
    const find = (wanted: string) => [...this.#ready.values()].find((one) => one.key === wanted);
    const warm = find(key) ?? find(preparedKey(key));
    if (!warm) return null;
    this.#forget(warm);
    warm.sandbox.boot();
    this.fill();
    return warm;
  }

  /** Makes room for a student for whom none of these will do; false when there is nothing to give. */
  giveWay(): boolean {
    const [warm] = this.#ready.values();
    if (!warm) return false;
    this.#drop(warm).catch((error: unknown) => log.error('pool.drop_failed', error));
    return true;
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Takes over what an earlier process left, and ends what cannot be trusted. It is made ready again in the background. */
  async adopt(): Promise<void> {
    const records = (await findWarm()).filter(({ sandboxId }) => !this.knows(sandboxId));
    await all(records.map((record) => this.#adoptOne(record)));
    if (records.length > 0) log.info('pool.adopted', { kept: this.#rewarming.size, of: records.length });
    this.#changed();
  }

  start(): void {
    this.#timer = this.#options.clock.every(LOOK_EVERY_MS, () => this.fill());
    this.fill();
  }

  /** Looks what is missing or too much, in the background. A look that comes during another one follows it. */
  fill(): void {
    if (this.#isClosing || this.#timer === null) return;
    if (this.#filling !== null) {
      this.#again = true;
      return;
    }
    this.#filling = this.#fill()
      .catch((error: unknown) => log.error('pool.fill_failed', error, { code: errorCode(error) }))
      .finally(() => {
        this.#filling = null;
        if (!this.#again) return;
        this.#again = false;
        this.fill();
      });
  }

  /** Lets go; the warm ones live on for the next process. */
  async dispose(): Promise<void> {
    this.#giveUp.abort(new AppError('shutting_down', 'the server stops'));
    this.#timer?.[Symbol.dispose]();
    await Promise.all([this.#filling, ...[...this.#rewarming.values()].map(({ done }) => done)]);
    for (const watch of this.#watches.values()) watch[Symbol.dispose]();
    for (const { shell } of this.#ready.values()) shell?.detach();
  }

  get #isClosing(): boolean {
    return this.#giveUp.signal.aborted;
  }

  async #fill(): Promise<void> {
    // What is being made ready again is neither missing nor too much yet.
    await Promise.all([...this.#rewarming.values()].map(({ done }) => done));
    const kinds = this.#kinds(await this.#options.wants());
    const keyOf = (kind: Kind) => this.#keyOfKind(kind);
    const drained = surplus(this.#ready.values(), kinds, keyOf);
    for (const warm of drained) await this.#drop(warm);
    const missing = shortages(kinds, { keyOf, ready: (key) => this.ready(key) });
    const shortage = missing.find(({ want }) => !want.isPrepared) ?? missing[0];
    if (shortage === undefined || this.#options.held() !== null || this.#isClosing) return;
    await this.#options.create(() => this.#add(shortage));
    this.#again = true;
  }

  #kinds(wants: readonly Want[]): Kind[] {
    const warm = wants.map((want) => ({ ...want, isPrepared: false }));
    if (!this.#options.driver.boots) return warm;
    return [...warm, ...wants.map((want) => ({ ...want, count: want.count * PREPARED_PER_WARM, isPrepared: true }))];
  }

  #keyOfKind({ courseId, policy, isPrepared }: Kind): string | null {
    const key = this.keyOf(courseId, policy);
    return key !== null && isPrepared ? preparedKey(key) : key;
  }

  async #add({ want: { courseId, policy, isPrepared }, key }: Shortage<Kind>): Promise<void> {
    const { driver, clock, newId } = this.#options;
    // It waited for its turn: a student may have come first.
    if (this.#isClosing || this.#options.held() !== null) return;
    const { signal } = this.#giveUp;
    const { limits, network } = policy;
    const sandboxId = newId();
    this.#starting = { sandboxId, courseId };
    let sandbox: Sandbox | null = null;
    try {
      await insertWarm({ sandboxId, courseId, driver: driver.name, poolKey: key, at: clock.now() });
      this.#changed();
      await moveSandbox(sandboxId, { phase: 'creating', at: clock.now() });
      sandbox = await driver.create({ sandboxId, courseId, limits, network, waits: isPrepared }, signal);
      const shell = isPrepared ? null : await warmUp(sandbox, signal);
      await moveSandbox(sandboxId, { phase: 'ready', at: clock.now(), ref: sandbox.ref });
      this.#keep({ sandboxId, courseId, key, sandbox, shell });
      log.info('pool.added', { sandboxId, courseId, ready: this.ready(key) });
    } catch (error) {
      if (sandbox !== null) await this.#options.destroy(sandbox);
      await this.#gone(sandboxId, this.#isClosing ? 'not_needed' : 'fault');
      if (!this.#isClosing) throw error;
    } finally {
      this.#starting = null;
      this.#changed();
    }
  }

  async #adoptOne({ sandboxId, courseId, poolKey: key, ref, phase }: WarmRecord): Promise<void> {
    const isPrepared = isPreparedKey(key);
    const sandbox = await sandboxOf(this.#options.driver, { sandboxId, ref, waits: isPrepared });
    if (sandbox === null || phase !== 'ready') {
      if (sandbox !== null) await this.#options.destroy(sandbox);
      return this.#gone(sandboxId, 'host_restart');
    }
    if (isPrepared) return this.#keep({ sandboxId, courseId, key, sandbox, shell: null });
    const done = this.#rewarm({ sandboxId, courseId, key, sandbox })
      .catch((error: unknown) => log.error('pool.rewarm_failed', error, { sandboxId }))
      .finally(() => {
        this.#rewarming.delete(sandboxId);
        this.#changed();
      });
    this.#rewarming.set(sandboxId, { courseId, done });
  }

  /** One that does not get ready is of no use; at our own stop it lives on for the next process. */
  async #rewarm(warm: Omit<Warm, 'shell'>): Promise<void> {
    try {
      const shell = await warmUp(warm.sandbox, this.#giveUp.signal);
      this.#keep({ ...warm, shell });
    } catch (error) {
      if (this.#isClosing) return;
      await this.#options.destroy(warm.sandbox);
      await this.#gone(warm.sandboxId, 'fault');
      throw error;
    }
  }

  #keep(warm: Warm): void {
    this.#ready.set(warm.sandboxId, warm);
    const lost = warm.sandbox.onEnd((reason) => {
      this.#forget(warm);
      this.#gone(warm.sandboxId, reason)
        .then(() => this.#options.destroy(warm.sandbox))
        .catch((error: unknown) => log.error('pool.lost_failed', error));
      this.fill();
    });
    if (this.#ready.has(warm.sandboxId)) this.#watches.set(warm.sandboxId, lost);
  }

  #forget({ sandboxId }: Warm): void {
    this.#ready.delete(sandboxId);
    this.#watches.get(sandboxId)?.[Symbol.dispose]();
    this.#watches.delete(sandboxId);
    this.#changed();
  }

  async #drop(warm: Warm): Promise<void> {
    this.#forget(warm);
    await this.#options.destroy(warm.sandbox);
    await this.#gone(warm.sandboxId, 'not_needed');
    log.info('pool.dropped', { sandboxId: warm.sandboxId, courseId: warm.courseId });
  }

  #gone(sandboxId: string, ending: SandboxEnding): Promise<void> {
    return moveSandbox(sandboxId, { phase: 'gone', at: this.#options.clock.now(), ending });
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

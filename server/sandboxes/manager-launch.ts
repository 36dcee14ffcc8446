import type { Clock } from '#server/clock.ts';
import { errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Sandbox, SandboxDriver } from './driver.ts';
import type { Endings } from './manager-endings.ts';
import { type SandboxImages, untilImageReady } from './manager-images.ts';
import type { CreationQueue } from './manager-queue.ts';
import type { SeatState } from './manager-seat.ts';
import type { SeatTable } from './manager-seat-table.ts';
import type { Warm } from './pool/warm-pool.ts';
import type { CreationTimes } from './queue/creation-times.ts';

type LauncherOptions = {
  driver: SandboxDriver;
  clock: Clock;
  images: SandboxImages;
  seats: SeatTable;
  queue: CreationQueue;
  times: CreationTimes;
  endings: Endings;
};

/** Brings a seat that was just taken to a sandbox that is ready. What it starts never rejects. */
export class Launcher {
  readonly #options: LauncherOptions;
  #closing = false;

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /** Makes a new one, in its turn. */
  launch(state: SeatState): Promise<void> {
    return this.#make(state).catch((error: unknown) => this.#failed(state, error));
  }

  /** Takes one that was made before anybody asked. */
  takeOver(state: SeatState, warm: Warm): Promise<void> {
    return this.#take(state, warm).catch((error: unknown) => this.#failed(state, error));
  }

  /** Hears of an end that is not ours. */
  listen(state: SeatState, sandbox: Sandbox): void {
    if (this.#closing) return;
    state.endWatch = sandbox.onEnd((reason) => {
      this.#options.endings.lost(state, reason).catch((error: unknown) => log.error('sandbox.end_failed', error));
    });
  }

  /** What is given up from here on is given up because the server stops. */
  close(): void {
    this.#closing = true;
  }

  async #make(state: SeatState): Promise<void> {
    const { driver, clock, images, seats, queue, times } = this.#options;
    const { signal } = state.giveUp;
    const { sandboxId, courseId, policy, from } = state;
    const { limits, network } = policy;
    await seats.stored(state);
    await untilImageReady(images, {
      courseId,
      signal,
      onProgress: (phase) => seats.waits(state, phase === 'failed' ? 'image_build_failed' : null),
    });
    seats.waits(state, null);
    const sandbox = await queue.run(async () => {
      await seats.move(state, { phase: 'creating' });
      const began = clock.now().getTime();
      const made = await driver.create({ sandboxId, courseId, limits, network, ...(from && { from }) }, signal);
      times.add(clock.now().getTime() - began);
      return made;
    }, signal);
    await this.#becomeReady(state, sandbox);
  }

  async #take(state: SeatState, { sandbox, shell }: Warm): Promise<void> {
    state.firstShell = shell;
    state.sandbox = sandbox;
    await this.#options.seats.stored(state);
    await this.#becomeReady(state, sandbox);
  }

  async #becomeReady(state: SeatState, sandbox: Sandbox): Promise<void> {
    const { sandboxId, courseId, driver, giveUp } = state;
    // From here on ending the seat ends the sandbox.
    state.sandbox = sandbox;
    giveUp.signal.throwIfAborted();
    await this.#options.seats.move(state, { phase: 'ready', ref: sandbox.ref });
    this.listen(state, sandbox);
    const ms = this.#options.clock.now().getTime() - state.createdAt.getTime();
    log.info('sandbox.ready', { sandboxId, courseId, driver, ms });
  }

  /** A creation given up because the seat ends is that end's affair; at our own stop nothing may be left half-made. */
  async #failed(state: SeatState, error: unknown): Promise<void> {
    const { endings, seats } = this.#options;
    if (state.giveUp.signal.aborted) {
      if (this.#closing && state.sandbox !== null) await endings.destroy(state.sandbox);
      return;
    }
    log.error('sandbox.create_failed', error, { sandboxId: state.sandboxId, courseId: state.courseId });
    if (state.sandbox !== null) await endings.destroy(state.sandbox);
    const code = errorCode(error);
    await seats.move(state, { phase: 'gone', ending: 'fault', error: code });
    if (code === 'engine_down') seats.mustWait(state, code);
  }
}

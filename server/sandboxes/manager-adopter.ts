import type { Clock } from '#server/clock.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Seat } from './manager-seat.ts';

const AGAIN_MS = 1_000;

type AdopterOptions = {
  clock: Clock;
  /** Safe to repeat: what it has taken over is left alone the next time. */
  attempt: () => Promise<void>;
  /** Who comes while nobody knows what the earlier process left. */
  turnAway: (seat: Seat) => void;
  /** It went well, though not the first time: whoever was turned away may come again. */
  onLateSuccess: () => void;
};

/** Takes over what an earlier process left, again and again until the engine and the database have both answered. */
export class Adopter {
  readonly #options: AdopterOptions;
  #current: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(options: AdopterOptions) {
    this.#options = options;
  }

  /** Rejects with the fault of the first attempt; the others follow by themselves. */
  begin(): Promise<void> {
    return this.#try();
  }

  /** Waits for the attempt under way; throws `engine_down` when it failed, and remembers whoever it is for. */
  async done(seat: Seat | null): Promise<void> {
    try {
      await this.#current;
    } catch (cause) {
      if (seat !== null) this.#options.turnAway(seat);
      throw new AppError('engine_down', 'what an earlier process left is not taken over yet', { cause });
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
  }

  #try(): Promise<void> {
    this.#current = this.#options.attempt();
    this.#current.catch((error: unknown) => {
      log.warn('sandbox.adoption_failed', { code: errorCode(error), err: error });
      this.#options.clock.after(AGAIN_MS, () => this.#again());
    });
    return this.#current;
  }

  #again(): void {
    if (this.#isOver) return;
    this.#try().then(this.#options.onLateSuccess, () => undefined);
  }
}

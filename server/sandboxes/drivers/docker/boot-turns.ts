import type { Clock } from '#server/clock.ts';

/** A boot takes a second and little of a processor: more of them at once only take from who waits for a prompt. */
const AT_ONCE = 2;
/** Whoever has a prompt reads first, and their first key ends the wait; without one the system comes after this. */
const LONGEST_WAIT_MS = 10_000;

/**
 * Whose system boots when. A shell needs none, so that newcomers get theirs first: boots wait while sandboxes are being
 * made, but for `LONGEST_WAIT_MS` at most, and not at all where somebody asks for a booted system.
 */
export class BootTurns {
  readonly #clock: Clock;
  #newcomers = 0;
  #booting = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one that is being made, until it is let go. */
  newcomer(): Disposable {
    this.#newcomers++;
    return {
      [Symbol.dispose]: () => {
        this.#newcomers--;
        this.#next();
      },
    };
  }

  /** Runs `boot` in its turn; `hurry` ends the wait. Settles as `boot` does. */
  async run<T>(boot: () => Promise<T>, hurry: AbortSignal): Promise<T> {
    await this.#turn(hurry);
    try {
      return await boot();
    } finally {
      this.#booting--;
      this.#next();
    }
  }

  async #turn(hurry: AbortSignal): Promise<void> {
    if (!hurry.aborted && !this.#isQuiet) await this.#called(hurry);
    else this.#booting++;
  }

  #called(hurry: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const begin = () => {
        hurry.removeEventListener('abort', begin);
        late[Symbol.dispose]();
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        this.#booting++;
        resolve();
      };
      const late = this.#clock.after(LONGEST_WAIT_MS, begin);
      hurry.addEventListener('abort', begin, { once: true });
      this.#waiting.push(begin);
    });
  }

  get #isQuiet(): boolean {
    return this.#newcomers === 0 && this.#booting < AT_ONCE;
  }

  #next(): void {
    while (this.#isQuiet && this.#waiting.length > 0) this.#waiting[0]?.();
  }
}

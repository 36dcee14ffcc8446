import type { Clock } from '#server/clock.ts';

type Timer = { at: number; everyMs: number | null; run: () => void };

/** Time that moves only when the test says so. */
export class ManualClock implements Clock {
  #now = Date.UTC(2030, 0, 1);
  readonly #timers = new Set<Timer>();

  get pending(): number {
    return this.#timers.size;
  }

  now(): Date {
    return new Date(this.#now);
  }

  after(ms: number, run: () => void): Disposable {
    return this.#add({ at: this.#now + ms, everyMs: null, run });
  }

  every(ms: number, run: () => void): Disposable {
    return this.#add({ at: this.#now + ms, everyMs: ms, run });
  }

  /** Runs what falls due on the way, in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#now = due.at;
      if (due.everyMs === null) this.#timers.delete(due);
      else due.at += due.everyMs;
      due.run();
    }
    this.#now = until;
  }

  #add(timer: Timer): Disposable {
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => this.#timers.delete(timer) };
  }
}

import type { Clock } from '#server/clock.ts';

type Timer = { due: number; everyMs: number | null; run: () => void };

/** Time that moves when the test says so. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-01-05T09:00:00Z');
  readonly #timers = new Set<Timer>();

  now(): Date {
    return new Date(this.#now);
  }

  after(ms: number, run: () => void): Disposable {
    return this.#add({ due: this.#now + ms, everyMs: null, run });
  }

  every(ms: number, run: () => void): Disposable {
    return this.#add({ due: this.#now + ms, everyMs: ms, run });
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].filter(({ due }) => due <= this.#now)) {
      if (timer.everyMs === null) this.#timers.delete(timer);
      else timer.due = this.#now + timer.everyMs;
      timer.run();
    }
  }

  #add(timer: Timer): Disposable {
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => this.#timers.delete(timer) };
  }
}

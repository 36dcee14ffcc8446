/** Lets `limit` jobs run at once, in the order they came. One that is given up while waiting never begins. */
export class CreationQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** Begin only while nothing else runs or waits. */
  readonly #idle: (() => void)[] = [];
  readonly #limit: number;
  readonly #listeners = new Set<() => void>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Called whenever one came or went: everybody's place may be another. */
  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  async run<T>(job: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#after(this.#turn(signal), job);
  }

  /** Runs it when nobody else has anything to do here. */
  async runWhenIdle<T>(job: () => Promise<T>): Promise<T> {
    const turn = new Promise<void>((resolve) => {
      this.#idle.push(() => {
        this.#running++;
        resolve();
      });
      this.#next();
    });
    return this.#after(turn, job);
  }

  async #after<T>(turn: Promise<void>, job: () => Promise<T>): Promise<T> {
    await turn;
    try {
      return await job();
    } finally {
      this.#running--;
      this.#next();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', giveUp);
        this.#running++;
        resolve();
      };
      const giveUp = () => {
        const place = this.#waiting.indexOf(begin);
        if (place !== -1) this.#waiting.splice(place, 1);
        this.#changed();
        reject(signal.reason);
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(begin);
      this.#next();
    });
  }

  #next(): void {
    if (this.#running < this.#limit) this.#waiting.shift()?.();
    if (this.#running === 0) this.#idle.shift()?.();
    this.#changed();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

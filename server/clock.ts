/** Time as a parameter, so that rules about idleness and deadlines are tested without waiting. */
export interface Clock {
  now(): Date;
  /** Once, after `ms` milliseconds. Timers never keep the process alive. */
  after(ms: number, run: () => void): Disposable;
  every(ms: number, run: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => new Date(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
  every(ms, run) {
    const timer = setInterval(run, ms);
    timer.unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

import type { Clock } from '#server/clock.ts';

export interface IdleGuard extends Disposable {
  /** Something went through. */
  touch(): void;
  /** From now on so long. */
  allow(ms: number): void;
}

/** Calls `onIdle` once when nothing went through for `ms`, found within half as long again. */
export function guardIdle(clock: Clock, { ms, onIdle }: { ms: number; onIdle: () => void }): IdleGuard {
  let limit = ms;
  let touchedAt = clock.now().getTime();
  const start = () =>
    clock.every(limit / 2, () => {
      if (clock.now().getTime() - touchedAt < limit) return;
      timer[Symbol.dispose]();
      onIdle();
    });
  let timer = start();
  return {
    touch() {
      touchedAt = clock.now().getTime();
    },
    allow(longer) {
      timer[Symbol.dispose]();
      limit = longer;
      touchedAt = clock.now().getTime();
      timer = start();
    },
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}

import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';

/** Times are kept to the second. */
const LOOK_EVERY_MS = 1_000;
const TIDY_EVERY_MS = 30_000;

export type ReaperOptions = {
  clock: Clock;
  /** Compares times only. */
  look: () => void;
  /** Touches the database and the driver; one that is still going on is not begun again. */
  tidy: () => Promise<void>;
};

/** Looks around for what should be warned or ended, and clears up behind. */
export function createReaper({ clock, look, tidy }: ReaperOptions): Disposable {
  const timers = new DisposableStack();
  let tidying = false;
  timers.use(clock.every(LOOK_EVERY_MS, look));
  timers.use(
    clock.every(TIDY_EVERY_MS, () => {
      if (tidying) return;
      tidying = true;
      tidy()
        .catch((error: unknown) => log.error('sandbox.tidy_failed', error))
        .finally(() => {
          tidying = false;
        });
    }),
  );
  return timers;
}

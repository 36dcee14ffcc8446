import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';

/** Times are kept to the second. */
const LOOK_EVERY_MS = 1_000;
const TIDY_EVERY_MS = 30_000;

export type ReaperOptions = {
  clock: Clock;
  /** Compares times only. */
  look: () => void;
  /** Touches the database and the driver; one that comes due while another goes on follows it. */
  tidy: () => Promise<void>;
};

/** Looks around for what should be warned or ended, and clears up behind. */
export function createReaper({ clock, look, tidy }: ReaperOptions): Disposable {
  const timers = new DisposableStack();
  timers.use(clock.every(LOOK_EVERY_MS, look));
  timers.use(clock.every(TIDY_EVERY_MS, oneAtATime(tidy)));
  return timers;
}

/** One that comes due while another goes on follows it. */
export function oneAtATime(tidy: () => Promise<void>): () => void {
  let isRunning = false;
  let isDue = false;
  const run = async () => {
    while (isDue) {
      isDue = false;
      await tidy().catch((error: unknown) => log.error('sandbox.tidy_failed', error));
    }
    isRunning = false;
  };
  return () => {
    isDue = true;
    if (isRunning) return;
    isRunning = true;
    void run();
  };
}

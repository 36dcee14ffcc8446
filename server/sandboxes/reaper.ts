import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';

const LONGEST_PAUSE_MS = 30_000;

/** Looks around often enough for `idleMs` to be kept; a look that is still going on is not begun again. */
export function createReaper(options: { clock: Clock; idleMs: number; sweep: () => Promise<void> }): Disposable {
  const everyMs = Math.min(LONGEST_PAUSE_MS, Math.ceil(options.idleMs / 4));
  let sweeping = false;
  return options.clock.every(everyMs, () => {
    if (sweeping) return;
    sweeping = true;
    options
      .sweep()
      .catch((error: unknown) => log.error('sandbox.sweep_failed', error))
      .finally(() => {
        sweeping = false;
      });
  });
}

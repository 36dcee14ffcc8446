import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';

/** Looks around every `everyMs`; a look that is still going on is not begun again. */
export function createReaper(options: { clock: Clock; everyMs: number; sweep: () => Promise<void> }): Disposable {
  let sweeping = false;
  return options.clock.every(options.everyMs, () => {
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

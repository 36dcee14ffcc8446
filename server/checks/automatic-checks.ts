import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';
import type { TerminalRegistry } from '#server/terminals/registry.ts';
import type { CheckRunner, CheckTrigger } from './runner.ts';

/** How often it is asked who has been quiet: a look comes one to two of these after the last thing that happened. */
const LOOK_EVERY_MS = 1_000;
/** Where it never gets quiet, a look comes after so many of them all the same. */
const PATIENCE_LOOKS = 10;

export type AutomaticChecksOptions = {
  terminals: Pick<TerminalRegistry, 'onCommandEnd' | 'onActivity' | 'hasShellIntegration' | 'isBusy'>;
  checks: Pick<CheckRunner, 'request'>;
  /** The course of an enrollment, null when it no longer exists. */
  courseOf(enrollmentId: string): Promise<string | null>;
  clock: Clock;
};

/**
 * Runs checks when a command ends. Where no end is told, because the shell does not tell any or a program still runs in
 * it, such as a container's own shell, runs them when it has got quiet after something happened.
 */
export function createAutomaticChecks({ terminals, checks, courseOf, clock }: AutomaticChecksOptions): Disposable {
  const waiting = new Map<string, Waiting>();
  const request = async (enrollmentId: string, trigger: CheckTrigger) => {
    try {
      const courseId = await courseOf(enrollmentId);
      if (courseId !== null) await checks.request({ enrollmentId, courseId, stepKey: null, trigger });
    } catch (error) {
      log.error('checks.automatic_failed', error, { enrollmentId });
    }
  };
  const look = () => {
    for (const [enrollmentId, seat] of waiting) {
      if (terminals.hasShellIntegration(enrollmentId) && !terminals.isBusy(enrollmentId)) {
        waiting.delete(enrollmentId);
      } else if (isDue(seat)) {
        waiting.delete(enrollmentId);
        void request(enrollmentId, 'interval');
      }
    }
  };
  const subscriptions = new DisposableStack();
  subscriptions.use(
    terminals.onCommandEnd((enrollmentId) => {
      waiting.delete(enrollmentId);
      void request(enrollmentId, 'command');
    }),
  );
  subscriptions.use(
    terminals.onActivity((enrollmentId) => {
      const seat = waiting.get(enrollmentId);
      waiting.set(enrollmentId, { looks: seat?.looks ?? 0, happened: true });
    }),
  );
  subscriptions.use(clock.every(LOOK_EVERY_MS, look));
  return subscriptions;
}

/** A seat where something happened that no command's end will tell of: for how many looks, and since the last one. */
type Waiting = { looks: number; happened: boolean };

function isDue(seat: Waiting): boolean {
  seat.looks += 1;
  const isQuiet = !seat.happened;
  seat.happened = false;
  return isQuiet || seat.looks >= PATIENCE_LOOKS;
}

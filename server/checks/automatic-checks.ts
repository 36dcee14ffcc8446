import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';
import type { TerminalRegistry } from '#server/terminals/registry.ts';
import type { CheckRunner, CheckTrigger } from './runner.ts';

/** Between two looks at a shell that does not tell of its commands. */
const LOOK_EVERY_MS = 10_000;

export type AutomaticChecksOptions = {
  terminals: Pick<TerminalRegistry, 'onCommandEnd' | 'onActivity' | 'hasShellIntegration'>;
  checks: Pick<CheckRunner, 'request'>;
  /** The course of an enrollment, null when it no longer exists. */
  courseOf(enrollmentId: string): Promise<string | null>;
  clock: Clock;
};

/** Runs checks when a command ends; for a shell that does not tell, every ten seconds in which something happened. */
export function createAutomaticChecks({ terminals, checks, courseOf, clock }: AutomaticChecksOptions): Disposable {
  const active = new Set<string>();
  const request = async (enrollmentId: string, trigger: CheckTrigger) => {
    try {
      const courseId = await courseOf(enrollmentId);
      if (courseId !== null) await checks.request({ enrollmentId, courseId, stepKey: null, trigger });
    } catch (error) {
      log.error('checks.automatic_failed', error, { enrollmentId });
    }
  };
  const subscriptions = new DisposableStack();
  subscriptions.use(terminals.onCommandEnd((enrollmentId) => void request(enrollmentId, 'command')));
  subscriptions.use(terminals.onActivity((enrollmentId) => void active.add(enrollmentId)));
  subscriptions.use(
    clock.every(LOOK_EVERY_MS, () => {
      for (const enrollmentId of active) {
        if (!terminals.hasShellIntegration(enrollmentId)) void request(enrollmentId, 'interval');
      }
      active.clear();
    }),
  );
  return subscriptions;
}

import type { Actor } from '#server/accounts/permissions.ts';
import { findRuns } from './progress-store.ts';
import { requireEnrollment } from './require-enrollment.ts';

export type CheckRunView = {
  at: string;
  trigger: string;
  outcome: string;
  message: string;
  seen: string;
  wanted: string;
};

/** The evidence of one step, newest first. */
export async function listCheckRuns(request: {
  actor: Actor;
  enrollmentId: string;
  stepKey: string;
}): Promise<CheckRunView[]> {
  const { actor, enrollmentId, stepKey } = request;
  await requireEnrollment({ actor, enrollmentId, action: 'enrollment:read' });
  const rows = await findRuns(enrollmentId, stepKey);
  return rows.map(({ at, trigger, outcome, message, seen, wanted }) => ({
    at: at.toISOString(),
    trigger,
    outcome,
    message,
    seen,
    wanted,
  }));
}

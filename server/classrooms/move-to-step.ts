import type { Actor } from '#server/accounts/permissions.ts';
import { AppError } from '#server/errors.ts';
import { requireEnrollment } from '#server/progress/require-enrollment.ts';
import { setCurrentStep } from './enrollment-store.ts';

const STEP_KEY = /^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/;
const MAX_STEP_KEY = 128;

export type MoveToStep = { actor: Actor; enrollmentId: string; stepKey: string };

/** Remembers which step a student has open, for the teacher and for coming back. */
export async function moveToStep({ actor, enrollmentId, stepKey }: MoveToStep): Promise<void> {
  if (stepKey.length > MAX_STEP_KEY || !STEP_KEY.test(stepKey)) throw new AppError('step_unknown', 'not a step key');
  await requireEnrollment({ actor, enrollmentId, action: 'progress:write' });
  await setCurrentStep(enrollmentId, stepKey, new Date());
}

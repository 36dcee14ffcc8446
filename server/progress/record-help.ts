import type { Actor } from '#server/accounts/permissions.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import type { Help } from '#server/shared/views.ts';
import { stepProgressView } from './progress-rules.ts';
import { addHelp } from './progress-store.ts';
import { requireEnrollment } from './require-enrollment.ts';

export type RecordHelp = { actor: Actor; enrollmentId: string; stepKey: string; help: Help; library: CourseLibrary };

/**
 * Keeps that a student opened hints or the solution of a step, or ran the solution: a fact for the teacher and the
 * results, no try. After the pass nothing is added. Throws `not_allowed`, `class_closed`, `step_unknown`.
 */
export async function recordHelp({
  actor,
  enrollmentId,
  stepKey,
  help,
  library,
}: RecordHelp): Promise<StepProgressView> {
  const seat = await requireEnrollment({ actor, enrollmentId, action: 'progress:write' });
  library.step(seat.courseId, stepKey);
  const contentVersion = library.course(seat.courseId).version;
  return stepProgressView(await addHelp({ enrollmentId, stepKey, contentVersion, at: new Date() }, help));
}

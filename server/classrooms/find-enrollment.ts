import type { Actor } from '#server/accounts/permissions.ts';
import { enrollmentProgress } from '#server/progress/progress-view.ts';
import type { EnrollmentView } from '#server/shared/views.ts';
import { mostRecentlyUsed } from './enrollment-rules.ts';
import { findEnrollmentsOfUser, findEnrollmentsOnCourse } from './enrollment-store.ts';

export { requireEnrollment } from '#server/progress/require-enrollment.ts';

export type FindMyEnrollment = { actor: Actor; courseId: string; classroomId?: string | undefined };

/** One's own seat on a course: in the class given (closed ones can be read), else in the open one used last. */
export async function findMyEnrollment({
  actor,
  courseId,
  classroomId,
}: FindMyEnrollment): Promise<EnrollmentView | null> {
  const mine = await findEnrollmentsOnCourse(actor.userId, courseId);
  const found = classroomId
    ? mine.find((one) => one.classroomId === classroomId)
    : mostRecentlyUsed(mine.filter((one) => one.classroom.closedAt === null));
  if (!found) return null;
  return {
    enrollmentId: found.id,
    classroomId: found.classroomId,
    classTitle: found.classroom.title,
    courseId,
    displayName: found.displayName,
    steps: await enrollmentProgress(found.id),
    currentStep: found.currentStep,
  };
}

export type MySeat = {
  enrollmentId: string;
  classroomId: string;
  classTitle: string;
  courseId: string;
  currentStep: string | null;
};

/** One's own seat in a class, whatever course it works with now. */
export async function findMySeatInClass({ actor, classroomId }: { actor: Actor; classroomId: string }) {
  const mine = await findEnrollmentsOfUser(actor.userId);
  const found = mine.find((one) => one.classroomId === classroomId);
  return found ? { enrollmentId: found.id, courseId: found.classroom.courseId } : null;
}

/** Where the start page sends somebody who comes back: the open class used last, on any course. */
export async function findMyLatestSeat({ actor }: { actor: Actor }): Promise<MySeat | null> {
  const mine = await findEnrollmentsOfUser(actor.userId);
  const latest = mostRecentlyUsed(mine.filter((one) => one.classroom.closedAt === null));
  if (!latest) return null;
  const { id, classroomId, currentStep, classroom } = latest;
  return { enrollmentId: id, classroomId, classTitle: classroom.title, courseId: classroom.courseId, currentStep };
}

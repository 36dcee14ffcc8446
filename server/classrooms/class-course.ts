import type { Actor } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import { stepChanges } from '#server/courses/step-changes.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { type ClassCourseView, courseFamily } from '#server/shared/course-version.ts';
import { setCourse } from './classroom-store.ts';
import { requireClassroom } from './require-classroom.ts';

type OneClass = { actor: Actor; classroomId: string; library: CourseLibrary };

/** Which version of an imported course a class works with, and what it may move to. Null for a course of this server. */
export async function classCourse({ actor, classroomId, library }: OneClass): Promise<ClassCourseView | null> {
  const { courseId } = await requireClassroom({ actor, classroomId, action: 'classroom:read' });
  const { family, number } = courseFamily(courseId);
  if (number === null) return null;
  const found = library.offered().find((one) => courseFamily(one.courseId).family === family);
  const newest = courseFamily(found?.courseId ?? courseId).number ?? number;
  if (!found || newest === number) return { number, newest: null };
  const changes = stepChanges(library.course(courseId), library.course(found.courseId));
  return { number, newest: { courseId: found.courseId, number: newest, changes } };
}

/**
 * Lets a class work with another version of its course. Progress is kept by the steps' ids: what both have stays done, what
 * is gone is not shown, and comes back should the class go back.
 */
export async function moveClass({ actor, classroomId, library, to }: OneClass & { to: string }): Promise<void> {
  const { courseId: from } = await requireClassroom({ actor, classroomId, action: 'classroom:course' });
  if (to === from) return;
  const [old, wanted] = [courseFamily(from), courseFamily(to)];
  if (old.number === null || wanted.family !== old.family || !isThere(library, to))
    throw new AppError('course_unknown', `${to} is no version of ${from}`);
  if (!(await setCourse(classroomId, { from, to })))
    throw new AppError('bad_request', `class ${classroomId} was moved meanwhile`);
  const detail = `${old.number} → ${wanted.number}`;
  await recordAudit({ actor, action: 'classroom.course', targetType: 'classroom', targetId: classroomId, detail });
}

function isThere(library: CourseLibrary, courseId: string): boolean {
  try {
    return library.course(courseId).courseId === courseId;
  } catch (error) {
    if (errorCode(error) === 'course_unknown') return false;
    throw error;
  }
}

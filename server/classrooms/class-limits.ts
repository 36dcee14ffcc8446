import type { Actor } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import { AppError } from '#server/errors.ts';
import { aboveCeiling, limitWords, resolveLimits } from '#server/shared/limit-rules.ts';
import type { CourseSandbox, MachineLimits, SandboxLimits } from '#server/shared/sandbox-policy.ts';
import type { ClassLimitsView } from '#server/shared/views.ts';
import { findLimitsOfClass, storeClassLimits } from './class-limits-store.ts';
import { requireClassroom } from './require-classroom.ts';

type OneClass = { actor: Actor; classroomId: string; library: CourseLibrary; machine: MachineLimits };

/** What the class says of its sandboxes, and what holds where it says nothing. */
export async function classLimits({ actor, classroomId, library, machine }: OneClass): Promise<ClassLimitsView> {
  const { courseId } = await requireClassroom({ actor, classroomId, action: 'classroom:limits' });
  const course = courseSandbox(library, courseId);
  return {
    own: (await findLimitsOfClass(classroomId)) ?? {},
    inherited: resolveLimits({ machine, course, classroom: null }),
    ceilings: machine.ceilings,
  };
}

/** For sandboxes that begin from now on; those that run keep theirs. */
export async function setClassLimits(request: OneClass & { limits: SandboxLimits }): Promise<void> {
  const { actor, classroomId, limits, machine } = request;
  await requireClassroom({ actor, classroomId, action: 'classroom:limits' });
  const above = aboveCeiling(limits, machine.ceilings);
  if (above.length > 0) throw new AppError('limit_out_of_range', `above the ceiling: ${above.join(', ')}`);
  const before = (await findLimitsOfClass(classroomId)) ?? {};
  await storeClassLimits(classroomId, Object.keys(limits).length === 0 ? null : limits);
  const detail = limitWords(before, limits);
  await recordAudit({ actor, action: 'classroom.limits', targetType: 'classroom', targetId: classroomId, detail });
}

/** A course that was taken off the server says nothing any more. */
function courseSandbox(library: CourseLibrary, courseId: string): CourseSandbox | null {
  const isThere = library.list().some((course) => course.courseId === courseId);
  return isThere ? library.course(courseId).sandbox : null;
}

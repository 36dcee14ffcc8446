import { randomInt } from 'node:crypto';
import { parseName } from '#server/accounts/names.ts';
import { type Actor, requirePermission } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import type { ClassroomSummary } from '#server/shared/views.ts';
import { newClassCode } from './class-code-rules.ts';
import { addClassroom } from './classroom-store.ts';
import { classroomView } from './classroom-view.ts';

export type CreateClassroom = { actor: Actor; courseId: string; title: string; library: CourseLibrary };

/** A title follows the rules of names: it is shown to everybody who has the code. */
export async function createClassroom({ actor, courseId, title, library }: CreateClassroom): Promise<ClassroomSummary> {
  requirePermission(actor, 'classroom:create', 'other');
  library.course(courseId);
  const classroom = { courseId, title: parseName(title), ownerId: actor.userId, createdAt: new Date() };
  const row = await addClassroom(classroom, () => newClassCode(randomInt));
  await recordAudit({
    actor,
    action: 'classroom.created',
    targetType: 'classroom',
    targetId: row.id,
    detail: row.title,
  });
  return classroomView(row, library);
}

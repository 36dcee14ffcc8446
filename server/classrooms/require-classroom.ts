import { type Action, type Actor, relationToClassroom, requirePermission } from '#server/accounts/permissions.ts';
import { AppError } from '#server/errors.ts';
import { type ClassroomRow, findClassroom } from './classroom-store.ts';

/** The classroom, when the one who asks may do this to it. */
export async function requireClassroom(request: {
  actor: Actor;
  classroomId: string;
  action: Action;
}): Promise<ClassroomRow> {
  const { actor, classroomId, action } = request;
  const classroom = await findClassroom(classroomId);
  if (!classroom) throw new AppError('not_found', `no classroom ${classroomId}`);
  requirePermission(actor, action, relationToClassroom(actor, classroom));
  return classroom;
}

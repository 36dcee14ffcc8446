import { type Actor, isPermitted, requirePermission } from '#server/accounts/permissions.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import type { ClassroomSummary } from '#server/shared/views.ts';
import { findClassrooms } from './classroom-store.ts';
import { classroomView } from './classroom-view.ts';

/** A teacher's own classes, an admin's all; newest first. */
export async function listClassrooms(request: { actor: Actor; library: CourseLibrary }): Promise<ClassroomSummary[]> {
  const { actor, library } = request;
  requirePermission(actor, 'classroom:read', 'own');
  const rows = await findClassrooms(isPermitted(actor, 'classroom:read', 'other') ? null : actor.userId);
  return rows.map((row) => classroomView(row, library));
}

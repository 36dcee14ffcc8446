import type { StudentRow } from '#server/shared/protocol.ts';
import { studentRowView } from './enrollment-rules.ts';
import { findClassProgress } from './enrollment-store.ts';
import { findOwners, setLastSeen } from './presence-store.ts';

/** The student's page came or went just now. */
export const noteSeen = (enrollmentId: string): Promise<void> => setLastSeen(enrollmentId, new Date());

/** Every line of a class's grid, for live events: the caller has decided already who may see them. */
export async function classRows(request: {
  classroomId: string;
  isOnline: (enrollmentId: string) => boolean;
}): Promise<StudentRow[]> {
  const rows = await findClassProgress(request.classroomId);
  return rows.map((row) => studentRowView(row, request.isOnline(row.id)));
}

/** Whose sandboxes these are, by enrollment; for the admin's table. */
export async function enrollmentOwners(
  enrollmentIds: string[],
): Promise<Map<string, { owner: string; classTitle: string }>> {
  const rows = await findOwners(enrollmentIds);
  return new Map(rows.map((row) => [row.id, { owner: row.displayName, classTitle: row.classroom.title }]));
}

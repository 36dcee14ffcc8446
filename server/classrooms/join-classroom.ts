import type { JoinedClass, JoinRequest } from '#server/accounts/class-door.ts';
import { nameKey, parseName } from '#server/accounts/names.ts';
import { newToken } from '#server/accounts/tokens.ts';
import { AppError } from '#server/errors.ts';
import { classroomByCode } from './class-code-tries.ts';
import type { ClassroomRow } from './classroom-store.ts';
import { addEnrollment, addReturnLink, findEnrollmentOfUser } from './enrollment-store.ts';

/**
 * A seat in the class behind a code. Whoever is signed in and has one gets the same again, whatever name is typed; a
 * name alone never gives anyone another's seat. Each joining gives a return link; the newest few of them work.
 */
export async function joinClassroom({ actor, code, name, address }: JoinRequest): Promise<JoinedClass> {
  const classroom = await classroomByCode(code, address);
  const { token, tokenHash } = newToken();
  const joined = { classroomId: classroom.id, courseId: classroom.courseId, returnToken: token };
  const existing = actor && (await findEnrollmentOfUser(classroom.id, actor.userId));
  if (existing) {
    await addReturnLink(existing.id, tokenHash, new Date());
    return { ...joined, enrollmentId: existing.id, userId: existing.userId };
  }
  const enrollment = newEnrollment(classroom, parseOpenName(classroom, name), tokenHash);
  const row = await addEnrollment(enrollment, actor?.userId ?? null);
  return { ...joined, enrollmentId: row.id, userId: row.userId };
}

function parseOpenName(classroom: ClassroomRow, name: string): string {
  if (classroom.closedAt) throw new AppError('class_closed', `classroom ${classroom.id} is closed`);
  return parseName(name);
}

const newEnrollment = (classroom: ClassroomRow, displayName: string, returnTokenHash: string) => ({
  classroomId: classroom.id,
  displayName,
  nameKey: nameKey(displayName),
  returnTokenHash,
  at: new Date(),
});

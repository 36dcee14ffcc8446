import { recordAudit } from '#server/audit/record-audit.ts';
import type { Role } from '#server/shared/views.ts';
import { addStaffUser, findStaffUsers } from './account-store.ts';
import { hashPassword, parseEmail, parsePassword } from './credentials.ts';
import { parseName } from './names.ts';
import { type Actor, requirePermission } from './permissions.ts';

/** One line of the admin's table of people who sign in with a password. */
export type UserSummary = { userId: string; name: string; email: string; role: Role; createdAt: string };

export type CreateTeacher = { actor: Actor; name: string; email: string; password: string };

/** The only way to become a teacher: an admin makes the account. */
export async function createTeacher({ actor, name, email, password }: CreateTeacher): Promise<UserSummary> {
  requirePermission(actor, 'user:create', 'other');
  const identity = { name: parseName(name), email: parseEmail(email) };
  const passwordHash = await hashPassword(parsePassword(password));
  const user = await addStaffUser({ ...identity, passwordHash, role: 'teacher' }, new Date());
  await recordAudit({ actor, action: 'teacher.created', targetType: 'user', targetId: user.id, detail: user.email });
  return summary(user);
}

/** Teachers and admins, oldest first; students are listed by their classroom. */
export async function listUsers({ actor }: { actor: Actor }): Promise<UserSummary[]> {
  requirePermission(actor, 'user:list', 'other');
  return (await findStaffUsers()).map(summary);
}

function summary(user: { id: string; name: string; email: string; role: string; createdAt: Date }): UserSummary {
  return {
    userId: user.id,
    name: user.name,
    email: user.email,
    role: roleOf(user.role),
    createdAt: user.createdAt.toISOString(),
  };
}

const roleOf = (role: string): Role => (role === 'admin' || role === 'teacher' ? role : 'student');

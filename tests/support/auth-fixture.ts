import { beforeEach } from 'vitest';
import { addStaffUser } from '#server/accounts/account-store.ts';
import { configureAuth } from '#server/accounts/configure-auth.ts';
import { hashPassword } from '#server/accounts/credentials.ts';
import type { Actor } from '#server/accounts/permissions.ts';
import { createClassDoor } from '#server/classrooms/create-class-door.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';

/** Accounts as compose.ts makes them, anew for each test. Call it after useTestDatabase. */
export function useAuth({
  library,
  ...more
}: {
  library: () => CourseLibrary;
  baseUrl?: string;
  trustProxy?: boolean;
}): void {
  beforeEach(() => {
    // Wrong codes are counted for the whole process.
    Reflect.deleteProperty(globalThis, Symbol.for('chapterhouse.class-code-tries'));
    configureAuth({
      secret: 'a secret of tests that is long enough, 0123456789',
      baseUrl: more.baseUrl ?? null,
      trustedOrigins: [],
      trustProxy: more.trustProxy ?? false,
      classDoor: createClassDoor({ library: library() }),
    });
  });
}

export const PASSWORD = 'correct horse battery';

/** A teacher or an admin, straight into the database. */
export async function addStaff(name: string, role: 'teacher' | 'admin', password?: string): Promise<Actor> {
  const passwordHash = password ? await hashPassword(password) : 'none';
  const email = `${name.toLowerCase()}@example.test`;
  const user = await addStaffUser({ name, email, passwordHash, role }, new Date());
  return { userId: user.id, role, name };
}

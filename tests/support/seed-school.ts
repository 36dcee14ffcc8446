import path from 'node:path';
import { configureAuth } from '#server/accounts/configure-auth.ts';
import { claimAdmin, createAdminLink } from '#server/accounts/one-time-links.ts';
import type { Actor } from '#server/accounts/permissions.ts';
import { createTeacher } from '#server/accounts/users.ts';
import { closeClassroom } from '#server/classrooms/close-classroom.ts';
import { createClassDoor } from '#server/classrooms/create-class-door.ts';
import { createClassroom } from '#server/classrooms/create-classroom.ts';
import { systemClock } from '#server/clock.ts';
import { loadCourses } from '#server/courses/course-library.ts';
import { closeDatabase, openDatabase } from '#server/db.ts';
import type { ClassroomSummary } from '#server/shared/views.ts';
import { migrate } from '../../prisma/migrate.ts';
import { databaseOf } from './served-product.ts';

export const COURSE = 'virtualization';
export const PASSWORD = 'correct horse battery staple';
export const ADMIN = 'grace@school.test';
export const TEACHERS = { ada: 'ada@school.test', ben: 'ben@school.test' } as const;

export type School = {
  /** Ada's. */
  open: ClassroomSummary;
  closed: ClassroomSummary;
  /** Ben's. */
  other: ClassroomSummary;
};

/** An admin, two teachers and three classes in the database of a home whose server does not run yet, or in another. */
export async function seedSchool(home: string, url: string = databaseOf(home)): Promise<School> {
  await migrate({ url });
  await openDatabase({ url });
  try {
    const library = await loadCourses(path.resolve('content'), systemClock);
    const classDoor = createClassDoor({ library });
    configureAuth({ secret: 'x'.repeat(32), baseUrl: null, trustedOrigins: [], trustProxy: false, classDoor });
    const link = await createAdminLink({ baseUrl: 'http://localhost' });
    const token = link.split('/').at(-1) ?? '';
    const admin = await claimAdmin({ token, name: 'Grace', email: ADMIN, password: PASSWORD });
    const teach = async (name: string, email: string): Promise<Actor> => {
      const { userId } = await createTeacher({ actor: admin, name, email, password: PASSWORD });
      return { userId, role: 'teacher', name };
    };
    const ada = await teach('Ada', TEACHERS.ada);
    const ben = await teach('Ben', TEACHERS.ben);
    const classOf = (actor: Actor, title: string) => createClassroom({ actor, courseId: COURSE, title, library });
    const school = {
      open: await classOf(ada, 'Monday'),
      closed: await classOf(ada, 'Last year'),
      other: await classOf(ben, 'Tuesday'),
    };
    await closeClassroom({ actor: ada, classroomId: school.closed.classroomId });
    return school;
  } finally {
    await closeDatabase();
  }
}

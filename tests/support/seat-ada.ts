import { db } from '#server/db.ts';

/** The student `ada`, seated in a class on the course `unix`. */
export async function seatAda(): Promise<void> {
  const at = new Date();
  for (const id of ['ada', 'teacher']) {
    const person = { id, name: id, email: `${id}@example.test`, emailVerified: false, role: 'student', isGuest: true };
    await db().user.create({ data: { ...person, createdAt: at, updatedAt: at } });
  }
  const classroom = { id: 'class', courseId: 'unix', title: 'Class', code: 'KITE42', ownerId: 'teacher' };
  await db().classroom.create({ data: { ...classroom, createdAt: at } });
  const name = { displayName: 'ada', nameKey: 'ada' };
  await db().enrollment.create({ data: { id: 'ada', classroomId: 'class', userId: 'ada', ...name, createdAt: at } });
}

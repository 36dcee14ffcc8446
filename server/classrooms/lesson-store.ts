import { db } from '#server/db.ts';
import { type SandboxLimits, sandboxLimits } from '#server/shared/sandbox-policy.ts';

export type Lesson = { lessonId: string; startsAt: Date; endsAt: Date; seats: number };
export type NewLesson = Lesson & { classroomId: string };

export async function insertLesson({ lessonId, ...row }: NewLesson): Promise<void> {
  await db().lesson.create({ data: { id: lessonId, ...row } });
}

/** False when there is none of that name in the class. */
export async function deleteLesson(classroomId: string, lessonId: string): Promise<boolean> {
  const { count } = await db().lesson.deleteMany({ where: { id: lessonId, classroomId } });
  return count === 1;
}

export async function findLessons(classroomId: string, endAfter: Date): Promise<Lesson[]> {
  const rows = await db().lesson.findMany({
    where: { classroomId, endsAt: { gt: endAfter } },
    orderBy: { startsAt: 'asc' },
  });
  return rows.map(({ id, startsAt, endsAt, seats }) => ({ lessonId: id, startsAt, endsAt, seats }));
}

export async function countLessons(classroomId: string, endAfter: Date): Promise<number> {
  return db().lesson.count({ where: { classroomId, endsAt: { gt: endAfter } } });
}

export type DueLesson = {
  courseId: string;
  limits: SandboxLimits | null;
  startsAt: Date;
  endsAt: Date;
  seats: number;
  /** Students of the class that have a sandbox now. */
  seated: number;
};

/** Lessons of open classes that begin before `before` and are not over at `now`. */
export async function findDueLessons(now: Date, before: Date): Promise<DueLesson[]> {
  const rows = await db().lesson.findMany({
    where: { startsAt: { lte: before }, endsAt: { gt: now }, classroom: { closedAt: null } },
    include: { classroom: { select: { id: true, courseId: true, limits: true } } },
  });
  return Promise.all(
    rows.map(async ({ startsAt, endsAt, seats, classroom }) => ({
      courseId: classroom.courseId,
      limits: classroom.limits === null ? null : sandboxLimits.parse(JSON.parse(classroom.limits)),
      startsAt,
      endsAt,
      seats,
      seated: await countSeated(classroom.id),
    })),
  );
}

function countSeated(classroomId: string): Promise<number> {
  return db().sandbox.count({ where: { purpose: 'seat', phase: { not: 'gone' }, enrollment: { classroomId } } });
}

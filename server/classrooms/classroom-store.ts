import { newId } from '#server/accounts/tokens.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import { db } from '#server/db.ts';
import { AppError } from '#server/errors.ts';

const withCount = { _count: { select: { enrollments: true } } } as const;

export type ClassroomRow = {
  id: string;
  courseId: string;
  title: string;
  code: string;
  ownerId: string;
  createdAt: Date;
  closedAt: Date | null;
  students: number;
};

type Counted = Omit<ClassroomRow, 'students'> & { _count: { enrollments: number } };

const counted = ({ _count, ...row }: Counted): ClassroomRow => ({ ...row, students: _count.enrollments });

/** How often a new code may meet one that is taken before something else must be wrong. */
const CODE_TRIES = 20;

export type NewClassroom = { courseId: string; title: string; ownerId: string; createdAt: Date };

/** The code is unique; when the drawn one is taken, another is drawn. */
export async function addClassroom(classroom: NewClassroom, drawCode: () => string): Promise<ClassroomRow> {
  for (let tries = 0; tries < CODE_TRIES; tries += 1) {
    try {
      return counted(
        await db().classroom.create({ data: { id: newId(), code: drawCode(), ...classroom }, include: withCount }),
      );
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
  }
  throw new AppError('internal', `no free class code in ${CODE_TRIES} draws`);
}

/** Newest first; all of them when no owner is named. */
export async function findClassrooms(ownerId: string | null): Promise<ClassroomRow[]> {
  const rows = await db().classroom.findMany({
    ...(ownerId === null ? {} : { where: { ownerId } }),
    include: withCount,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return rows.map(counted);
}

export async function findClassroom(id: string): Promise<ClassroomRow | null> {
  const row = await db().classroom.findUnique({ where: { id }, include: withCount });
  return row && counted(row);
}

export async function findClassroomByCode(code: string): Promise<ClassroomRow | null> {
  const row = await db().classroom.findUnique({ where: { code }, include: withCount });
  return row && counted(row);
}

/** How many classes work with each course, closed ones included. */
export async function countClassesByCourse(): Promise<Map<string, number>> {
  const groups = await db().classroom.groupBy({ by: ['courseId'], _count: { _all: true } });
  return new Map(groups.map(({ courseId, _count }) => [courseId, _count._all]));
}

/** False where the class was moved meanwhile. */
export async function setCourse(id: string, { from, to }: Record<'from' | 'to', string>): Promise<boolean> {
  return (await db().classroom.updateMany({ where: { id, courseId: from }, data: { courseId: to } })).count > 0;
}

/** False when it was closed already. */
export async function setClosed(id: string, at: Date): Promise<boolean> {
  return (await db().classroom.updateMany({ where: { id, closedAt: null }, data: { closedAt: at } })).count > 0;
}

export async function setReopened(id: string): Promise<boolean> {
  return (
    (await db().classroom.updateMany({ where: { id, closedAt: { not: null } }, data: { closedAt: null } })).count > 0
  );
}

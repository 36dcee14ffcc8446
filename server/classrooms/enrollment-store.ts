import { newId } from '#server/accounts/tokens.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import { db, type Transaction } from '#server/db.ts';
import { AppError } from '#server/errors.ts';
import { KEPT_RETURN_LINKS } from './enrollment-rules.ts';

export type NewEnrollment = {
  classroomId: string;
  displayName: string;
  nameKey: string;
  returnTokenHash: string;
  at: Date;
};

export type EnrollmentRow = { id: string; userId: string };

export async function findEnrollmentOfUser(classroomId: string, userId: string): Promise<EnrollmentRow | null> {
  const where = { classroomId_userId: { classroomId, userId } };
  return await db().enrollment.findUnique({ where, select: { id: true, userId: true } });
}

/** Enrolls a user, or with null a new guest: both rows and the return link, or none of them. */
export async function addEnrollment(enrollment: NewEnrollment, userId: string | null): Promise<EnrollmentRow> {
  try {
    return await db().$transaction(async (tx) => {
      await requireOpen(tx, enrollment.classroomId);
      return await insertEnrollment(tx, enrollment, userId ?? (await insertGuest(tx, enrollment)));
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // Either the name is taken, or the same browser asked twice at once and the other request was first.
    const existing = userId === null ? null : await findEnrollmentOfUser(enrollment.classroomId, userId);
    if (existing) return existing;
    throw new AppError('name_taken', 'the name is taken in this classroom', { cause: error });
  }
}

async function requireOpen(tx: Transaction, classroomId: string): Promise<void> {
  const open = await tx.classroom.findFirst({ where: { id: classroomId, closedAt: null }, select: { id: true } });
  if (!open) throw new AppError('class_closed', `classroom ${classroomId} is closed`);
}

async function insertGuest(tx: Transaction, { displayName, at }: NewEnrollment): Promise<string> {
  const id = newId();
  await tx.user.create({
    data: {
      id,
      name: displayName,
      // The auth library wants an address, and a different one for each user; nothing is ever sent to it.
      email: `guest-${id}@guest.invalid`,
      emailVerified: false,
      role: 'student',
      isGuest: true,
      createdAt: at,
      updatedAt: at,
    },
  });
  return id;
}

async function insertEnrollment(tx: Transaction, enrollment: NewEnrollment, userId: string): Promise<EnrollmentRow> {
  const { classroomId, displayName, nameKey, returnTokenHash, at } = enrollment;
  return await tx.enrollment.create({
    data: {
      id: newId(),
      classroomId,
      userId,
      displayName,
      nameKey,
      createdAt: at,
      returnLinks: { create: { tokenHash: returnTokenHash, createdAt: at } },
    },
    select: { id: true, userId: true },
  });
}

/** Adds a way back and forgets the oldest ones. */
export async function addReturnLink(enrollmentId: string, tokenHash: string, createdAt: Date): Promise<void> {
  await db().$transaction(async (tx) => {
    await tx.returnLink.create({ data: { tokenHash, enrollmentId, createdAt } });
    const surplus = await tx.returnLink.findMany({
      where: { enrollmentId },
      orderBy: [{ createdAt: 'desc' }, { tokenHash: 'desc' }],
      skip: KEPT_RETURN_LINKS,
      select: { tokenHash: true },
    });
    await tx.returnLink.deleteMany({ where: { tokenHash: { in: surplus.map((old) => old.tokenHash) } } });
  });
}

export async function findByReturnToken(tokenHash: string) {
  const link = await db().returnLink.findUnique({
    where: { tokenHash },
    select: { enrollment: { select: { id: true, userId: true, currentStep: true, classroom: true } } },
  });
  return link?.enrollment ?? null;
}

/** A user's enrollments on a course, each with its classroom. */
export async function findEnrollmentsOnCourse(userId: string, courseId: string) {
  return await db().enrollment.findMany({
    where: { userId, classroom: { courseId } },
    include: { classroom: true },
    orderBy: { id: 'asc' },
  });
}

/** A user's enrollments everywhere, each with its classroom. */
export async function findEnrollmentsOfUser(userId: string) {
  return await db().enrollment.findMany({ where: { userId }, include: { classroom: true }, orderBy: { id: 'asc' } });
}

/** All students of a class with the steps they began: two queries, however many students. */
export async function findClassProgress(classroomId: string) {
  return await db().enrollment.findMany({
    where: { classroomId },
    include: { steps: true },
    orderBy: { nameKey: 'asc' },
  });
}

export async function findEnrollmentProgress(enrollmentId: string) {
  return await db().enrollment.findUnique({ where: { id: enrollmentId }, include: { steps: true } });
}

export async function setCurrentStep(enrollmentId: string, currentStep: string, lastSeenAt: Date): Promise<void> {
  await db().enrollment.update({
    where: { id: enrollmentId },
    data: { currentStep, lastSeenAt },
    select: { id: true },
  });
}

export async function setTerminals(enrollmentId: string, terminals: string): Promise<void> {
  await db().enrollment.update({ where: { id: enrollmentId }, data: { terminals } });
}

export async function findTerminals(enrollmentId: string): Promise<string | null> {
  const row = await db().enrollment.findUnique({ where: { id: enrollmentId }, select: { terminals: true } });
  return row?.terminals ?? null;
}

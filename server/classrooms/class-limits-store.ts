import { db } from '#server/db.ts';
import { type SandboxLimits, sandboxLimits } from '#server/shared/sandbox-policy.ts';

/** What the class of this enrollment says, or null where it says nothing. */
export async function findClassLimits(enrollmentId: string): Promise<SandboxLimits | null> {
  const row = await db().enrollment.findUnique({
    where: { id: enrollmentId },
    select: { classroom: { select: { limits: true } } },
  });
  return readLimits(row?.classroom.limits ?? null);
}

export async function findLimitsOfClass(classroomId: string): Promise<SandboxLimits | null> {
  const row = await db().classroom.findUnique({ where: { id: classroomId }, select: { limits: true } });
  return readLimits(row?.limits ?? null);
}

/** Null takes the course's again. */
export async function storeClassLimits(classroomId: string, limits: SandboxLimits | null): Promise<void> {
  await db().classroom.update({ where: { id: classroomId }, data: { limits: limits && JSON.stringify(limits) } });
}

function readLimits(text: string | null): SandboxLimits | null {
  return text === null ? null : sandboxLimits.parse(JSON.parse(text));
}

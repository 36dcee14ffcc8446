import { db } from '#server/db.ts';

export async function setLastSeen(enrollmentId: string, lastSeenAt: Date): Promise<void> {
  // `updateMany`: a student removed meanwhile is no error.
  await db().enrollment.updateMany({ where: { id: enrollmentId }, data: { lastSeenAt } });
}

/** Names for sandboxes, which know their enrollment only. */
export async function findOwners(enrollmentIds: string[]) {
  return await db().enrollment.findMany({
    where: { id: { in: enrollmentIds } },
    select: { id: true, displayName: true, classroom: { select: { title: true } } },
  });
}

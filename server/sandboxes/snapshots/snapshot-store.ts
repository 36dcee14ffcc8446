import { db } from '#server/db.ts';

export type SnapshotState = 'saving' | 'ready' | 'failed' | 'deleting';
export type SnapshotKind = 'student' | 'ending' | 'copy';

export type SnapshotRecord = {
  id: string;
  enrollmentId: string;
  courseId: string;
  driver: string;
  ref: string | null;
  kind: string;
  name: string;
  stepKey: string | null;
  state: string;
  whole: boolean;
  sizeKiB: number | null;
  createdAt: Date;
};

export async function insertSnapshot(record: SnapshotRecord): Promise<void> {
  await db().snapshot.create({ data: record });
}

/** Newest first. */
export function findSnapshots(enrollmentId: string): Promise<SnapshotRecord[]> {
  return db().snapshot.findMany({ where: { enrollmentId }, orderBy: { createdAt: 'desc' } });
}

export function findSnapshot(enrollmentId: string, id: string): Promise<SnapshotRecord | null> {
  return db().snapshot.findFirst({ where: { id, enrollmentId } });
}

export function findAllSnapshots(driver: string): Promise<SnapshotRecord[]> {
  return db().snapshot.findMany({ where: { driver } });
}

type Change = { name?: string; state?: SnapshotState; ref?: string; whole?: boolean; sizeKiB?: number | null };

export async function changeSnapshot(id: string, change: Change): Promise<void> {
  await db().snapshot.updateMany({ where: { id }, data: change });
}

export async function dropSnapshot(id: string): Promise<void> {
  await db().snapshot.deleteMany({ where: { id } });
}

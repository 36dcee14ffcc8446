import { db } from '#server/db.ts';

export type RecordingRow = {
  id: string;
  enrollmentId: string;
  shell: string;
  startedAt: Date;
  endedAt: Date | null;
  keepDays: number;
  /** A JSON array. */
  steps: string;
  sizeBytes: number;
  isCut: boolean;
};

export async function insertRecording(row: Omit<RecordingRow, 'endedAt' | 'steps' | 'sizeBytes' | 'isCut'>) {
  await db().recording.create({ data: { ...row, steps: '[]', sizeBytes: 0, isCut: false } });
}

/** Writes nothing where the row is gone. */
export async function updateRecording(
  id: string,
  data: Partial<Pick<RecordingRow, 'endedAt' | 'steps' | 'sizeBytes' | 'isCut'>>,
): Promise<void> {
  await db().recording.updateMany({ where: { id }, data });
}

export async function deleteRecordings(ids: string[]): Promise<void> {
  await db().recording.deleteMany({ where: { id: { in: ids } } });
}

/** Newest first. */
export async function findRecordings(enrollmentId: string): Promise<RecordingRow[]> {
  return await db().recording.findMany({ where: { enrollmentId }, orderBy: [{ startedAt: 'desc' }, { id: 'desc' }] });
}

export async function findRecording(id: string): Promise<RecordingRow | null> {
  return await db().recording.findUnique({ where: { id } });
}

export async function countRecordings(enrollmentId: string): Promise<number> {
  return await db().recording.count({ where: { enrollmentId } });
}

export type AgeingRecording = Pick<RecordingRow, 'id' | 'startedAt' | 'endedAt' | 'keepDays'> & {
  classDays: number | null;
};

/** All there are, with what their class says now. */
export async function findAgeing(): Promise<AgeingRecording[]> {
  const rows = await db().recording.findMany({
    select: {
      id: true,
      startedAt: true,
      endedAt: true,
      keepDays: true,
      enrollment: { select: { classroom: { select: { recordingDays: true } } } },
    },
  });
  return rows.map(({ enrollment, ...row }) => ({ ...row, classDays: enrollment.classroom.recordingDays }));
}

export async function findUnended(): Promise<string[]> {
  const rows = await db().recording.findMany({ where: { endedAt: null }, select: { id: true } });
  return rows.map(({ id }) => id);
}

export async function findAllRecordingIds(): Promise<Set<string>> {
  return new Set((await db().recording.findMany({ select: { id: true } })).map(({ id }) => id));
}

export async function findClassRecordingDays(classroomId: string): Promise<number | null> {
  const row = await db().classroom.findUnique({ where: { id: classroomId }, select: { recordingDays: true } });
  return row?.recordingDays ?? null;
}

/** Null records no more, and everybody is told anew before it begins again. */
export async function storeClassRecordingDays(classroomId: string, recordingDays: number | null): Promise<void> {
  await db().$transaction(async (tx) => {
    await tx.classroom.update({ where: { id: classroomId }, data: { recordingDays } });
    if (recordingDays === null)
      await tx.enrollment.updateMany({ where: { classroomId }, data: { recordingToldDays: null } });
  });
}

export type ToldStudent = { enrollmentId: string; toldDays: number | null };

export async function findToldStudents(classroomId: string): Promise<ToldStudent[]> {
  const rows = await db().enrollment.findMany({
    where: { classroomId },
    select: { id: true, recordingToldDays: true },
  });
  return rows.map(({ id, recordingToldDays }) => ({ enrollmentId: id, toldDays: recordingToldDays }));
}

export type RecordedSeat = {
  toldDays: number | null;
  currentStep: string | null;
  classDays: number | null;
  isClosed: boolean;
};

export async function findRecordedSeat(enrollmentId: string): Promise<RecordedSeat | null> {
  const row = await db().enrollment.findUnique({
    where: { id: enrollmentId },
    select: {
      recordingToldDays: true,
      currentStep: true,
      classroom: { select: { recordingDays: true, closedAt: true } },
    },
  });
  return (
    row && {
      toldDays: row.recordingToldDays,
      currentStep: row.currentStep,
      classDays: row.classroom.recordingDays,
      isClosed: row.classroom.closedAt !== null,
    }
  );
}

/** Nothing is written where the class stopped recording meanwhile. */
export async function storeTold(enrollmentId: string, recordingToldDays: number): Promise<void> {
  await db().enrollment.updateMany({
    where: { id: enrollmentId, classroom: { recordingDays: { not: null } } },
    data: { recordingToldDays },
  });
}

import { z } from 'zod';
import { type Action, type Actor, isPermitted, relationToEnrollment } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { AppError } from '#server/errors.ts';
import type { SeatRow } from '#server/progress/progress-store.ts';
import { requireEnrollment } from '#server/progress/require-enrollment.ts';
import type { RecordingView } from '#server/shared/views.ts';
import { deletedAt } from './recording-rules.ts';
import {
  countRecordings,
  deleteRecordings,
  findClassRecordingDays,
  findRecording,
  findRecordings,
  type RecordingRow,
} from './recording-store.ts';

const stepKeys = z.array(z.string());

/** Whose they are, and what the one who asks may do. */
export type StudentRecordings = {
  student: { enrollmentId: string; name: string; classroomId: string; classTitle: string; courseId: string };
  isOwn: boolean;
  mayDelete: boolean;
  recordings: RecordingView[];
};

/** The recordings of one student, newest first: for the student and for who teaches the class. */
export async function listRecordings(request: { actor: Actor; enrollmentId: string }): Promise<StudentRecordings> {
  const { actor, enrollmentId } = request;
  const seat = await requireEnrollment({ actor, enrollmentId, action: 'recording:watch' });
  const [rows, classDays] = await Promise.all([findRecordings(enrollmentId), findClassRecordingDays(seat.classroomId)]);
  const relation = relationToEnrollment(actor, seat);
  const { displayName: name, classroomId, classTitle, courseId } = seat;
  return {
    student: { enrollmentId, name, classroomId, classTitle, courseId },
    isOwn: relation === 'own',
    mayDelete: isPermitted(actor, 'recording:delete', relation),
    recordings: rows.map((row) => viewOf(row, classDays)),
  };
}

/** Whether there is anything to list; for the student's own page. */
export async function hasRecordings(enrollmentId: string): Promise<boolean> {
  return (await countRecordings(enrollmentId)) > 0;
}

type OneRecording = { actor: Actor; recordingId: string };

/** Before its bytes are handed out. That somebody other than its student looks is written down first. */
export async function openRecording(request: OneRecording & { how: 'watched' | 'downloaded' }) {
  const { actor, how } = request;
  const { row, seat } = await requireRecording(request, 'recording:watch');
  if (relationToEnrollment(actor, seat) !== 'own') await audit(actor, `recording.${how}`, row);
  return { recordingId: row.id, name: seat.displayName, startedAt: row.startedAt };
}

/** Takes it out of the list; the caller deletes the file first. */
export async function requireDeletable(
  request: OneRecording,
): Promise<{ recordingId: string; forget(): Promise<void> }> {
  const { row } = await requireRecording(request, 'recording:delete');
  const forget = async () => {
    await deleteRecordings([row.id]);
    await audit(request.actor, 'recording.deleted', row);
  };
  return { recordingId: row.id, forget };
}

async function requireRecording(
  { actor, recordingId }: OneRecording,
  action: Action,
): Promise<{ row: RecordingRow; seat: SeatRow }> {
  const row = await findRecording(recordingId);
  if (!row) throw new AppError('not_found', `no recording ${recordingId}`);
  return { row, seat: await requireEnrollment({ actor, enrollmentId: row.enrollmentId, action }) };
}

const audit = (actor: Actor, action: string, { id, enrollmentId }: RecordingRow) =>
  recordAudit({ actor, action, targetType: 'enrollment', targetId: enrollmentId, detail: id });

const viewOf = (row: RecordingRow, classDays: number | null): RecordingView => ({
  recordingId: row.id,
  shell: row.shell,
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
  deletedAt: deletedAt(row, classDays).toISOString(),
  steps: stepKeys.parse(JSON.parse(row.steps)),
  sizeBytes: row.sizeBytes,
  isCut: row.isCut,
});

import type { Actor } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { requireEnrollment } from '#server/progress/require-enrollment.ts';
import { copyOfSeat } from '#server/shared/copy-seat.ts';
import type { RecordingNotice, RecordingSetting } from '#server/shared/recording-policy.ts';
import { isTold } from './recording-rules.ts';
import {
  findClassRecordingDays,
  findRecordedSeat,
  findToldStudents,
  storeClassRecordingDays,
  storeTold,
} from './recording-store.ts';
import { requireClassroom } from './require-classroom.ts';

type OneClass = { actor: Actor; classroomId: string };

/** Whether the class records its terminals, and for how long. */
export async function classRecording({ actor, classroomId }: OneClass): Promise<RecordingSetting> {
  await requireClassroom({ actor, classroomId, action: 'classroom:recording' });
  return { days: await findClassRecordingDays(classroomId) };
}

/** What each student of the class has to be told now. */
export type NoticeOfStudent = { enrollmentId: string; notice: RecordingNotice | null };

/** Turns recording on, off, or to another time. Nobody is recorded before they confirmed the notice of it. */
export async function setClassRecording(request: OneClass & RecordingSetting): Promise<NoticeOfStudent[]> {
  const { actor, classroomId, days } = request;
  await requireClassroom({ actor, classroomId, action: 'classroom:recording' });
  await storeClassRecordingDays(classroomId, days);
  const detail = days === null ? 'off' : `on, kept ${days} days`;
  await recordAudit({ actor, action: 'classroom.recording', targetType: 'classroom', targetId: classroomId, detail });
  const students = await findToldStudents(classroomId);
  return students.map(({ enrollmentId, toldDays }) => ({
    enrollmentId,
    notice: days === null ? null : { days, told: isTold(toldDays, days) },
  }));
}

/** What this student is told; null where their class does not record. The caller has decided who may see it. */
export async function recordingNotice(enrollmentId: string): Promise<RecordingNotice | null> {
  const seat = await findRecordedSeat(enrollmentId);
  if (!seat || seat.classDays === null || seat.isClosed) return null;
  return { days: seat.classDays, told: isTold(seat.toldDays, seat.classDays) };
}

/** The student read that recordings are kept for so many days; a class that keeps for longer asks again. */
export async function confirmRecording(request: { actor: Actor; enrollmentId: string; days: number }) {
  const { actor, enrollmentId, days } = request;
  await requireEnrollment({ actor, enrollmentId, action: 'recording:confirm' });
  await storeTold(enrollmentId, days);
  return recordingNotice(enrollmentId);
}

export type SeatPermit = { enrollmentId: string; keepDays: number; currentStep: string | null };

/** Whether the shells of this seat are recorded now. A teacher's copy never is. */
export async function recordingPermit(seatId: string): Promise<SeatPermit | null> {
  if (copyOfSeat(seatId) !== null) return null;
  const seat = await findRecordedSeat(seatId);
  if (!seat || seat.classDays === null || seat.isClosed || !isTold(seat.toldDays, seat.classDays)) return null;
  return { enrollmentId: seatId, keepDays: seat.classDays, currentStep: seat.currentStep };
}

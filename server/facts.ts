import { studentRow } from './classrooms/classroom-grid.ts';
import { classRows, noteSeen } from './classrooms/presence.ts';
import { errorCode } from './errors.ts';
import type { LiveHub } from './live/hub.ts';
import { log } from './log.ts';
import { findSeat } from './progress/progress-store.ts';
import { enrollmentProgress } from './progress/progress-view.ts';
import type { StepProgressView, StudentRow } from './shared/protocol.ts';

/** What happened to a student, told to everybody who may see it. */
export interface Facts {
  /** A check or an answer left its result. */
  stepChanged(enrollmentId: string, step: StepProgressView): void;
  /** The student joined, opened another step, came, or went. */
  studentMoved(enrollmentId: string): void;
  steps(enrollmentId: string): Promise<StepProgressView[]>;
  rows(classroomId: string): Promise<StudentRow[]>;
}

/** A row is read anew for each fact: the grid shows what is stored, never what was meant to be. */
export function createFacts(hub: LiveHub): Facts {
  const isOnline = (enrollmentId: string) => hub.isOnline(enrollmentId);
  const tellTeacher = async (enrollmentId: string, first: Promise<void> = Promise.resolve()) => {
    try {
      await first;
      const seat = await findSeat(enrollmentId);
      if (!seat) return;
      const row = await studentRow({ enrollmentId, isOnline });
      hub.publish(`classroom:${seat.classroomId}`, { type: 'student', row });
    } catch (error) {
      log.error('facts.row_failed', error, { enrollmentId, code: errorCode(error) });
    }
  };
  hub.onPresence((enrollmentId) => void tellTeacher(enrollmentId, noteSeen(enrollmentId)));
  return {
    stepChanged(enrollmentId, step) {
      hub.publish(`enrollment:${enrollmentId}`, { type: 'step', step });
      void tellTeacher(enrollmentId);
    },
    studentMoved: (enrollmentId) => void tellTeacher(enrollmentId),
    steps: async (enrollmentId) => Object.values(await enrollmentProgress(enrollmentId)),
    rows: (classroomId) => classRows({ classroomId, isOnline }),
  };
}

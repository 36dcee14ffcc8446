import { recordingPermit, type SeatPermit } from './class-recording.ts';
import { deletedAt, surplusOf } from './recording-rules.ts';
import {
  deleteRecordings,
  findAgeing,
  findAllRecordingIds,
  findRecordings,
  findUnended,
  insertRecording,
  updateRecording,
} from './recording-store.ts';

type Start = { recordingId: string; enrollmentId: string; shell: string; startedAt: Date; keepDays: number };
type State = { steps: string[]; sizeBytes: number; isCut: boolean; endedAt: Date | null };

/** The rows that name recordings, as the recorder and the retention ask for them. */
export const recordingRows = {
  permit: (seatId: string): Promise<SeatPermit | null> => recordingPermit(seatId),
  begin: ({ recordingId, ...row }: Start): Promise<void> => insertRecording({ id: recordingId, ...row }),
  update: (recordingId: string, { steps, ...state }: State): Promise<void> =>
    updateRecording(recordingId, { ...state, steps: JSON.stringify(steps) }),
  end: (recordingId: string, state: { endedAt: Date; sizeBytes: number }): Promise<void> =>
    updateRecording(recordingId, state),
  /** Those of one student that have to go so that they keep no more than their share. */
  surplus: async (enrollmentId: string): Promise<string[]> =>
    surplusOf(await findRecordings(enrollmentId)).map(({ id }) => id),
  expired: async (now: Date): Promise<string[]> =>
    (await findAgeing()).filter((row) => deletedAt(row, row.classDays) <= now).map(({ id }) => id),
  known: async (recordingIds: string[]): Promise<Set<string>> => {
    const all = await findAllRecordingIds();
    return new Set(recordingIds.filter((id) => all.has(id)));
  },
  unended: (): Promise<string[]> => findUnended(),
  remove: (recordingIds: string[]): Promise<void> => deleteRecordings(recordingIds),
};

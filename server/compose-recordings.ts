import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { recordingRows } from './classrooms/recording-ledger.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { AppError } from './errors.ts';
import type { Facts } from './facts.ts';
import { Recorder, type RecordingLedger } from './terminals/recording/recorder.ts';
import { Retention } from './terminals/recording/retention.ts';

/** Recordings are the first to give way when the disk fills: lessons go on without them. */
const FREE_BYTES = 1024 * 1024 * 1024;

export type ComposedRecordings = {
  recorder: Recorder;
  /** Facts that leave their marks in recordings as well. */
  marking(facts: Facts): Facts;
  /** Begins to delete what is too old. */
  start(): void;
  dispose(): Promise<void>;
};

/** Joins the recorder, the rows that name its files, and the job that deletes them. */
export function composeRecordings(options: { config: Config; clock: Clock }): ComposedRecordings {
  const { config, clock } = options;
  const folder = path.join(config.webHome, 'recordings');
  const ledger: RecordingLedger = {
    permit: recordingRows.permit,
    update: recordingRows.update,
    async begin(start) {
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize < FREE_BYTES) throw new AppError('disk_full', 'too little room to record');
      await recordingRows.begin(start);
      const surplus = await recordingRows.surplus(start.enrollmentId);
      for (const recordingId of surplus) await recorder.remove(recordingId);
      if (surplus.length > 0) await recordingRows.remove(surplus);
    },
  };
  const recorder: Recorder = new Recorder({ folder, clock, ledger });
  const retention = new Retention({
    folder,
    clock,
    rows: recordingRows,
    isWriting: (recordingId) => recorder.isWriting(recordingId),
    removeFile: (recordingId) => recorder.remove(recordingId),
  });
  return {
    recorder,
    marking: (facts) => ({
      ...facts,
      stepChanged(enrollmentId, step) {
        recorder.stepResult(enrollmentId, step);
        facts.stepChanged(enrollmentId, step);
      },
    }),
    start: () => retention.start(),
    async dispose() {
      await retention.dispose();
      await recorder.dispose();
    },
  };
}

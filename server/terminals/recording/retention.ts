import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';
import { findRecordingFile, listRecordingFiles } from './recording-files.ts';

const SWEEP_EVERY_MS = 60 * 60_000;

export type FoundEnd = { endedAt: Date; sizeBytes: number };

/** The rows, as keeping them in order needs them. */
export interface RecordingRows {
  /** Recordings whose time is up. */
  expired(now: Date): Promise<string[]>;
  /** Which of these have a row. */
  known(recordingIds: string[]): Promise<Set<string>>;
  /** Those whose end was never written. */
  unended(): Promise<string[]>;
  end(recordingId: string, found: FoundEnd): Promise<void>;
  remove(recordingIds: string[]): Promise<void>;
}

export type RetentionOptions = {
  folder: string;
  clock: Clock;
  rows: RecordingRows;
  isWriting(recordingId: string): boolean;
  /** Deletes the file, and stops whoever writes it. */
  removeFile(recordingId: string): Promise<void>;
};

/** Deletes recordings when their time is up, and files whose class or student is gone. */
export class Retention {
  readonly #options: RetentionOptions;
  #timer: Disposable | null = null;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** First puts right what a killed server left; from then on, every hour. */
  start(): void {
    this.#timer = this.#options.clock.every(SWEEP_EVERY_MS, () => void this.sweep());
    void this.sweep();
  }

  /** One after the other; a fault is told and tried again the next time. */
  sweep(): Promise<void> {
    this.#sweeping = this.#sweeping
      .then(() => this.#sweep())
      .catch((error: unknown) => log.error('recording.sweep_failed', error));
    return this.#sweeping;
  }

  async dispose(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { rows, clock, folder, removeFile } = this.#options;
    await this.#endAbandoned();
    const expired = await rows.expired(clock.now());
    // The file first: a row without one is found again, a file without a row only by looking.
    for (const recordingId of expired) await removeFile(recordingId);
    if (expired.length > 0) await rows.remove(expired);
    // Listed before it is asked: a row is always there before its file.
    const files = await listRecordingFiles(folder);
    const known = await rows.known(files);
    const orphans = files.filter((recordingId) => !known.has(recordingId));
    for (const recordingId of orphans) await removeFile(recordingId);
    if (expired.length + orphans.length > 0)
      log.info('recording.swept', { expired: expired.length, orphans: orphans.length });
  }

  async #endAbandoned(): Promise<void> {
    const { rows, folder, isWriting } = this.#options;
    for (const recordingId of await rows.unended()) {
      if (isWriting(recordingId)) continue;
      const found = await findRecordingFile(folder, recordingId);
      if (found) await rows.end(recordingId, { endedAt: found.writtenAt, sizeBytes: found.bytes });
      else await rows.remove([recordingId]);
    }
  }
}

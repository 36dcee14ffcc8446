import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';
import type { Size } from '#server/sandboxes/driver.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import { type ReadableRecording, readRecording, recordingPath, removeRecording } from './recording-files.ts';
import { ShellTap, type TapHost } from './shell-tap.ts';

/** A process that is killed loses at most what was printed in this time. */
const FLUSH_EVERY_MS = 2000;

/** What a student was told and agreed to: without it nothing of theirs is recorded. */
export type RecordingPermit = { enrollmentId: string; keepDays: number; currentStep: string | null };

export type RecordingStart = {
  recordingId: string;
  enrollmentId: string;
  shell: string;
  startedAt: Date;
  keepDays: number;
};
/** `endedAt` is null while it goes on. */
export type RecordingState = { steps: string[]; sizeBytes: number; isCut: boolean; endedAt: Date | null };

/** Who is recorded, and the rows that name the files. Handed in: the terminals know no database. */
export interface RecordingLedger {
  /** Null for a seat that is not recorded now. */
  permit(seatId: string): Promise<RecordingPermit | null>;
  /** Writes the row before the first byte is on disk. Rejects where nothing may be recorded after all. */
  begin(start: RecordingStart): Promise<void>;
  /** Writes nothing where the row is gone. */
  update(recordingId: string, state: RecordingState): Promise<void>;
}

/** What the rest of the product does with recordings. */
export interface Recordings {
  /** Asks the ledger again who of these seats is recorded, and begins or stops at once. */
  refresh(seatIds: readonly string[]): Promise<void>;
  /** What is in the file by now, without a half line at its end. Rejects with `not_found`. */
  read(recordingId: string): Promise<ReadableRecording>;
  /** Stops writing it and deletes the file. */
  remove(recordingId: string): Promise<void>;
}

/** A recording still being written, for those who look after it. */
export interface Writing {
  readonly recordingId: string;
  flush(): Promise<void>;
  discard(): Promise<void>;
}

export type RecorderOptions = { folder: string; clock: Clock; ledger: RecordingLedger; maxBytes?: number };

/** Listens to the shells of this process and writes down those whose students were told. */
export class Recorder implements Recordings {
  readonly #options: RecorderOptions;
  readonly #taps = new Map<string, Set<ShellTap>>();
  readonly #writing = new Map<string, Writing>();
  readonly #closing = new Set<Promise<void>>();
  readonly #timer: Disposable;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#timer = options.clock.every(FLUSH_EVERY_MS, () => {
      for (const tap of this.#all()) tap.tick();
    });
  }

  /** One for each shell as it opens. Hears everything, keeps nothing until the ledger permits it. */
  tap(seatId: string, shell: string, size: Size): ShellTap {
    const ofSeat = this.#taps.get(seatId) ?? new Set();
    const tap = new ShellTap({ host: this.#host(), shell, size, onEnd: () => this.#forget(seatId, tap) });
    this.#taps.set(seatId, ofSeat.add(tap));
    void this.refresh([seatId]);
    return tap;
  }

  async refresh(seatIds: readonly string[]): Promise<void> {
    await Promise.all(seatIds.map((seatId) => this.#refreshSeat(seatId)));
  }

  /** The student opened a step. */
  atStep(enrollmentId: string, stepKey: string): void {
    for (const tap of this.#taps.get(enrollmentId) ?? []) tap.began(stepKey);
  }

  /** A check or an answer left its result. */
  stepResult(enrollmentId: string, step: StepProgressView): void {
    for (const tap of this.#taps.get(enrollmentId) ?? []) tap.result(step);
  }

  isWriting(recordingId: string): boolean {
    return this.#writing.has(recordingId);
  }

  async read(recordingId: string): Promise<ReadableRecording> {
    await this.#writing.get(recordingId)?.flush();
    return readRecording(this.#options.folder, recordingId);
  }

  async remove(recordingId: string): Promise<void> {
    await this.#writing.get(recordingId)?.discard();
    await removeRecording(this.#options.folder, recordingId);
  }

  /** Ends all that is written; resolves when it is on disk. */
  async dispose(): Promise<void> {
    this.#timer[Symbol.dispose]();
    for (const tap of this.#all()) tap.end();
    await Promise.allSettled(this.#closing);
  }

  /** The newest question counts: an older answer that comes late may be from before the class turned it off. */
  async #refreshSeat(seatId: string): Promise<void> {
    const asked = [...(this.#taps.get(seatId) ?? [])].map((tap) => ({ tap, turn: tap.nextTurn() }));
    if (asked.length === 0) return;
    const permit = await this.#options.ledger.permit(seatId).catch((error: unknown) => {
      log.error('recording.permit_failed', error, { seatId });
      return null;
    });
    for (const { tap, turn } of asked) tap.permit(permit, turn);
  }

  #host(): TapHost {
    const { clock, folder, ledger, maxBytes } = this.#options;
    return {
      now: () => clock.now().getTime(),
      ...(maxBytes && { maxBytes }),
      begin: (start) => {
        const recordingId = randomUUID();
        const ready = mkdir(folder, { recursive: true, mode: 0o700 }).then(() =>
          ledger.begin({ recordingId, startedAt: clock.now(), ...start }),
        );
        return { recordingId, path: recordingPath(folder, recordingId), ready };
      },
      update: (recordingId, state) =>
        ledger.update(recordingId, state).catch((error: unknown) => log.error('recording.update_failed', error)),
      writing: (one) => this.#writing.set(one.recordingId, one),
      closed: (recordingId, closing) => {
        this.#closing.add(closing);
        const forget = () => {
          this.#closing.delete(closing);
          this.#writing.delete(recordingId);
        };
        void closing.then(forget, forget);
      },
    };
  }

  #forget(seatId: string, tap: ShellTap): void {
    const ofSeat = this.#taps.get(seatId);
    ofSeat?.delete(tap);
    if (ofSeat?.size === 0) this.#taps.delete(seatId);
  }

  #all(): ShellTap[] {
    return [...this.#taps.values()].flatMap((ofSeat) => [...ofSeat]);
  }
}

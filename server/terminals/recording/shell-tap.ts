import type { Size } from '#server/sandboxes/driver.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import type { RecordingPermit, RecordingStart, RecordingState, Writing } from './recorder.ts';
import { ShellRecording } from './shell-recording.ts';

/** A shell that is quiet for so long ends its sitting: what it prints later is another recording. */
export const SITTING_BREAK_MS = 30 * 60_000;
/** No sitting is longer: a list of mornings is easier to look through than one of weeks. */
const LONGEST_SITTING_MS = 4 * 60 * 60_000;

/** What a tap needs of the recorder. */
export type TapHost = {
  now: () => number;
  maxBytes?: number;
  begin(start: Omit<RecordingStart, 'recordingId' | 'startedAt'>): {
    recordingId: string;
    path: string;
    ready: Promise<void>;
  };
  update(recordingId: string, state: RecordingState): Promise<void>;
  writing(one: Writing): void;
  closed(recordingId: string, closing: Promise<void>): void;
};

type Options = { host: TapHost; shell: string; size: Size; onEnd: () => void };
type Active = { recordingId: string; recording: ShellRecording; ready: Promise<void> };

/** The ear at one shell: hands on what it prints while its student is told, and keeps nothing otherwise. */
export class ShellTap {
  readonly #options: Options;
  #size: Size;
  #permit: RecordingPermit | null = null;
  #turn = 0;
  #active: Active | null = null;
  #step: string | null = null;
  /** Passed or refused already in this recording, so that a check that runs again is no new mark. */
  #results = new Map<string, string>();

  constructor(options: Options) {
    this.#options = options;
    this.#size = options.size;
  }

  nextTurn(): number {
    this.#turn += 1;
    return this.#turn;
  }

  /** The ledger's answer to that question; one that was asked before the newest is not heard. */
  permit(permit: RecordingPermit | null, turn: number): void {
    if (turn !== this.#turn) return;
    const isOther = permit?.keepDays !== this.#permit?.keepDays;
    this.#permit = permit;
    this.#step = permit?.currentStep ?? this.#step;
    // What is kept for another time is another recording.
    if (isOther) this.#stop();
  }

  output(bytes: Uint8Array): void {
    if (this.#permit && bytes.length > 0) this.#recording()?.output(bytes);
  }

  resize(size: Size): void {
    this.#size = size;
    this.#active?.recording.resize(size);
  }

  command(command: string): void {
    this.#active?.recording.mark({ kind: 'command', command });
  }

  began(stepKey: string): void {
    if (this.#step === stepKey) return;
    this.#step = stepKey;
    this.#mark('began', stepKey);
  }

  result({ stepKey, outcome, passedAt, message }: StepProgressView): void {
    if (!this.#active || (outcome !== 'passed' && outcome !== 'failed')) return;
    if (passedAt !== null && Date.parse(passedAt) < this.#active.recording.startedAt) return;
    const said = outcome === 'passed' ? 'passed' : `failed ${message}`;
    if (this.#results.get(stepKey) === said) return;
    this.#results.set(stepKey, said);
    this.#mark(outcome, stepKey);
  }

  /** Writes what waits, and ends a sitting that nobody goes on with. */
  tick(): void {
    if (!this.#active) return;
    if (this.#isOver(this.#active)) this.#stop();
    else void this.#active.recording.flush();
  }

  /** The shell ended or was let go. */
  end(): void {
    this.nextTurn();
    this.#permit = null;
    this.#stop();
    this.#options.onEnd();
  }

  #recording(): ShellRecording | null {
    if (this.#active && this.#isOver(this.#active)) this.#stop();
    if (!this.#active && this.#permit) this.#begin(this.#permit);
    return this.#active?.recording ?? null;
  }

  #begin({ enrollmentId, keepDays }: RecordingPermit): void {
    const { host, shell } = this.#options;
    const { recordingId, path, ready } = host.begin({ enrollmentId, shell, keepDays });
    const limits = host.maxBytes ? { maxBytes: host.maxBytes } : {};
    const recording = new ShellRecording({ path, ready, size: this.#size, now: host.now, ...limits });
    this.#active = { recordingId, recording, ready };
    this.#results = new Map();
    host.writing({
      recordingId,
      flush: () => recording.flush(),
      discard: async () => {
        if (this.#active?.recording === recording) this.#active = null;
        const closing = recording.end();
        host.closed(recordingId, closing);
        await closing;
      },
    });
    if (this.#step !== null) this.#mark('began', this.#step);
  }

  #mark(kind: 'began' | 'passed' | 'failed', stepKey: string): void {
    if (!this.#active) return;
    const { recordingId, recording, ready } = this.#active;
    const isNew = !recording.steps.has(stepKey);
    recording.mark({ kind, stepKey });
    // After a kill the list still says which steps a recording has. Where no row could be had, there is none to tell.
    const tell = () => this.#options.host.update(recordingId, stateOf(recording, null));
    if (isNew) void ready.then(tell, () => undefined);
  }

  #isOver({ recording }: Active): boolean {
    const now = this.#options.host.now();
    return now - recording.outputAt > SITTING_BREAK_MS || now - recording.startedAt > LONGEST_SITTING_MS;
  }

  #stop(): void {
    if (!this.#active) return;
    const { recordingId, recording } = this.#active;
    this.#active = null;
    const endedAt = new Date(this.#options.host.now());
    const closing = recording.end().then(() => this.#options.host.update(recordingId, stateOf(recording, endedAt)));
    this.#options.host.closed(recordingId, closing);
  }
}

const stateOf = (recording: ShellRecording, endedAt: Date | null): RecordingState => ({
  steps: [...recording.steps],
  sizeBytes: recording.bytes,
  isCut: recording.isCut,
  endedAt,
});

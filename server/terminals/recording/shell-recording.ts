import type { Size } from '#server/sandboxes/driver.ts';
import type { CastMark } from '#server/shared/asciicast.ts';
import { CastEncoder } from './cast-encoder.ts';
import { CastFile } from './cast-file.ts';

/** A sitting prints less; a flood is cut here. */
export const MAX_RECORDING_BYTES = 16 * 1024 * 1024;
/** Kept free for marks and window sizes after the output was cut. */
const RESERVED_SHARE = 1 / 32;
/** Commands are the student's own: a loop of them must not fill the list. */
const MAX_COMMAND_MARKS = 1000;
const MAX_STEP_MARKS = 1000;
/** What is printed within one picture of a screen is one event. */
const PICTURE_MS = 16;
const MAX_EVENT_BYTES = 16 * 1024;

export type ShellRecordingOptions = {
  path: string;
  /** Resolves when its row is there. */
  ready: Promise<void>;
  size: Size;
  now: () => number;
  maxBytes?: number;
  queueBytes?: number;
};

/** One file being written: output, window sizes and marks of one shell. What is typed never comes here. */
export class ShellRecording {
  readonly #options: ShellRecordingOptions;
  readonly #encoder: CastEncoder;
  readonly #file: CastFile;
  readonly steps = new Set<string>();
  readonly startedAt: number;
  #outputAt: number;
  #pending = '';
  #pendingAt = 0;
  #isCut = false;
  #hasGap = false;
  #commands = 0;
  #stepMarks = 0;

  constructor(options: ShellRecordingOptions) {
    this.#options = options;
    this.startedAt = options.now();
    this.#outputAt = this.startedAt;
    this.#encoder = new CastEncoder(this.startedAt);
    this.#file = new CastFile(options);
    this.#file.append(this.#encoder.header(options.size));
  }

  get isCut(): boolean {
    return this.#isCut;
  }
  get failed(): boolean {
    return this.#file.failed;
  }
  get bytes(): number {
    return this.#file.bytes;
  }
  /** When the shell last printed, in milliseconds of the clock. */
  get outputAt(): number {
    return this.#outputAt;
  }

  output(bytes: Uint8Array): void {
    const now = this.#options.now();
    this.#outputAt = now;
    if (this.#isCut) return;
    for (let at = 0; at < bytes.length; at += MAX_EVENT_BYTES)
      this.#take(now, bytes.subarray(at, at + MAX_EVENT_BYTES));
  }

  resize(size: Size): void {
    this.#settle();
    this.#append(() => this.#encoder.resize(this.#options.now(), size));
  }

  mark(mark: CastMark): void {
    if (mark.kind === 'command') {
      this.#commands += 1;
      if (this.#commands > MAX_COMMAND_MARKS) return;
    } else if ('stepKey' in mark) {
      this.#stepMarks += 1;
      if (this.#stepMarks > MAX_STEP_MARKS) return;
      this.steps.add(mark.stepKey);
    }
    this.#settle();
    this.#append(() => this.#encoder.mark(this.#options.now(), mark));
  }

  /** Hands what there is to the operating system. */
  flush(): Promise<void> {
    this.#settle();
    return this.#file.flush();
  }

  async end(): Promise<void> {
    this.#pending += this.#encoder.rest();
    this.#settle();
    await this.#file.close();
  }

  #take(now: number, bytes: Uint8Array): void {
    const text = this.#encoder.decode(bytes);
    if (this.#pending !== '' && now - this.#pendingAt < PICTURE_MS && this.#pending.length < MAX_EVENT_BYTES) {
      this.#pending += text;
      return;
    }
    this.#settle();
    this.#pending = text;
    this.#pendingAt = now;
  }

  #settle(): void {
    const [text, at] = [this.#pending, this.#pendingAt];
    this.#pending = '';
    if (text === '' || this.#isCut) return;
    if (this.#append(() => this.#encoder.output(at, text), RESERVED_SHARE)) return;
    this.#isCut = true;
    this.#append(() => this.#encoder.mark(this.#options.now(), { kind: 'cut' }));
  }

  /** False when it would go beyond the bound. What the disk has no time for leaves a gap, told when it has time again. */
  #append(encode: () => string, reserved = 0): boolean {
    const gap = this.#hasGap ? this.#encoder.mark(this.#options.now(), { kind: 'gap' }) : '';
    const lines = gap + encode();
    const most = this.#options.maxBytes ?? MAX_RECORDING_BYTES;
    if (this.#file.bytes + Buffer.byteLength(lines) > most * (1 - reserved)) return false;
    this.#hasGap = !this.#file.append(lines);
    return true;
  }
}

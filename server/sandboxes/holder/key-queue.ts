import { inputFrame } from './holder-frames.ts';

/** As much as the holder takes on before a program has read it. */
const INPUT_WINDOW_BYTES = 64 * 1024;
const LARGEST_INPUT = 16 * 1024;
/** Nobody types so far ahead of a program that does not read: what comes after is a loop, and dropped. */
export const MOST_WAITING_BYTES = 1024 * 1024;

type Keys = { from: number; bytes: Buffer };

/** The keys that a holder may not have yet, in order, by their offsets since the shell began. */
export class KeyQueue {
  #waiting: Keys[] = [];
  #bytes = 0;
  #end: number;
  #sent: number;
  #taken: number;

  /** `from`: offset of the first key to come. */
  constructor(from: number) {
    this.#end = from;
    this.#sent = from;
    this.#taken = from;
  }

  /** False when too many wait: these are dropped whole. */
  add(keys: Uint8Array): boolean {
    if (this.#bytes + keys.length > MOST_WAITING_BYTES) return false;
    for (let at = 0; at < keys.length; at += LARGEST_INPUT) {
      const bytes = Buffer.from(keys.subarray(at, at + LARGEST_INPUT));
      this.#waiting.push({ from: this.#end, bytes });
      this.#end += bytes.length;
      this.#bytes += bytes.length;
    }
    return true;
  }

  /** The shell's terminal has taken all before this. */
  taken(offset: number): void {
    if (offset > this.#sent) return;
    this.#taken = Math.max(this.#taken, offset);
    while (this.#waiting[0] && endOf(this.#waiting[0]) <= this.#taken)
      this.#bytes -= this.#waiting.shift()?.bytes.length ?? 0;
  }

  /** A new line: the holder has all before this, and nothing after. */
  heardUpTo(offset: number): void {
    this.#sent = Math.max(this.#taken, Math.min(offset, this.#end));
  }

  /** Sends what there is room for. */
  sendTo(line: { send(frame: Buffer): void }): void {
    for (const { from, bytes } of this.#waiting) {
      const end = from + bytes.length;
      if (end <= this.#sent) continue;
      if (end - this.#taken > INPUT_WINDOW_BYTES) return;
      const at = Math.max(from, this.#sent);
      line.send(inputFrame(at, bytes.subarray(at - from)));
      this.#sent = end;
    }
  }
}

const endOf = ({ from, bytes }: Keys) => from + bytes.length;

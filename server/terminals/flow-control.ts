import { FLOW_WINDOW_BYTES } from '#server/shared/protocol.ts';

/** How far one page is: what was sent to it and what of that it has drawn. Offsets are the shell's. */
export class FlowWindow {
  readonly #windowBytes: number;
  #sent: number;
  #drawn: number;

  constructor(from: number, windowBytes: number = FLOW_WINDOW_BYTES) {
    this.#windowBytes = windowBytes;
    this.#sent = from;
    this.#drawn = from;
  }

  /** The next byte to send. */
  get sent(): number {
    return this.#sent;
  }

  get drawn(): number {
    return this.#drawn;
  }

  /** How many bytes may be sent now. */
  get room(): number {
    return Math.max(0, this.#windowBytes - (this.#sent - this.#drawn));
  }

  advance(bytes: number): void {
    this.#sent += bytes;
  }

  /** False when the page claims to have drawn what it was never sent. A late, lower offset changes nothing. */
  acknowledge(offset: number): boolean {
    if (offset > this.#sent) return false;
    this.#drawn = Math.max(this.#drawn, offset);
    return true;
  }
}

/**
 * Pauses at a full window and resumes below half of one, so that the shell is not toggled for every key.
 * `lag` is what the shell printed minus what the writer has drawn.
 */
export class FlowGate {
  readonly #windowBytes: number;
  #paused = false;

  constructor(windowBytes: number = FLOW_WINDOW_BYTES) {
    this.#windowBytes = windowBytes;
  }

  /** What to do with the shell now, or null when it is right as it is. */
  update(lag: number): 'pause' | 'resume' | null {
    if (!this.#paused && lag >= this.#windowBytes) {
      this.#paused = true;
      return 'pause';
    }
    if (this.#paused && lag < this.#windowBytes / 2) {
      this.#paused = false;
      return 'resume';
    }
    return null;
  }
}

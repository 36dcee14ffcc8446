/** The newest output of a shell. Enough to redraw a screen with its history, small enough for hundreds of shells. */
export const SCROLLBACK_BYTES = 1024 * 1024;
const FIRST_BYTES = 4096;

/**
 * A ring of bytes addressed by absolute offset: byte `n` is the n-th that the shell ever printed.
 * Bytes from `start` up to, not including, `end` are kept. Memory grows by doubling up to the capacity,
 * so that an idle shell costs a few kilobytes.
 */
export class Scrollback {
  readonly #capacity: number;
  #ring: Buffer;
  #end = 0;

  constructor(capacity: number = SCROLLBACK_BYTES) {
    this.#capacity = capacity;
    this.#ring = Buffer.allocUnsafeSlow(Math.min(FIRST_BYTES, capacity));
  }

  get start(): number {
    return Math.max(0, this.#end - this.#capacity);
  }

  get end(): number {
    return this.#end;
  }

  append(data: Uint8Array): void {
    this.#grow(this.#end + data.length);
    const kept = data.length > this.#capacity ? data.subarray(data.length - this.#capacity) : data;
    const at = (this.#end + data.length - kept.length) % this.#capacity;
    const untilEdge = Math.min(kept.length, this.#capacity - at);
    this.#ring.set(kept.subarray(0, untilEdge), at);
    if (untilEdge < kept.length) this.#ring.set(kept.subarray(untilEdge), 0);
    this.#end += data.length;
  }

  /** A copy of the bytes in `[from, to)`; both must lie between `start` and `end`. */
  read(from: number, to: number): Buffer {
    if (from < this.start || to > this.#end || from > to) {
      throw new RangeError(`bytes ${from} to ${to} are not kept: ${this.start} to ${this.#end} are`);
    }
    const at = from % this.#capacity;
    const length = to - from;
    const untilEdge = Math.min(length, this.#capacity - at);
    const bytes = Buffer.allocUnsafe(length);
    this.#ring.copy(bytes, 0, at, at + untilEdge);
    if (untilEdge < length) this.#ring.copy(bytes, untilEdge, 0, length - untilEdge);
    return bytes;
  }

  /** Until the capacity is reached nothing has wrapped: offsets are positions, and growing is one copy. */
  #grow(needed: number): void {
    if (needed <= this.#ring.length || this.#ring.length === this.#capacity) return;
    let size = this.#ring.length;
    while (size < needed && size < this.#capacity) size = Math.min(size * 2, this.#capacity);
    const larger = Buffer.allocUnsafeSlow(size);
    this.#ring.copy(larger, 0, 0, this.#end);
    this.#ring = larger;
  }
}

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
  readonly #first: number;
  #ring: Buffer;
  #end: number;

  /** `kept`: goes on after bytes that were read earlier, of which the first has the offset `start`. */
  constructor(capacity: number = SCROLLBACK_BYTES, kept: { start: number; bytes: Uint8Array } | null = null) {
    this.#capacity = capacity;
    this.#first = kept?.start ?? 0;
    this.#end = this.#first;
    const needed = Math.max(FIRST_BYTES, this.#first);
    this.#ring = Buffer.allocUnsafeSlow(Math.min(needed, capacity));
    if (kept) this.append(kept.bytes);
  }

  get start(): number {
    return Math.max(this.#first, this.#end - this.#capacity);
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
    return Buffer.concat(this.pieces(from, to));
  }

  /** The same bytes uncopied, in one or two pieces: they hold until the next `append`. */
  pieces(from: number, to: number): Buffer[] {
    if (from < this.start || to > this.#end || from > to) {
      throw new RangeError(`bytes ${from} to ${to} are not kept: ${this.start} to ${this.#end} are`);
    }
    const at = from % this.#capacity;
    const untilEdge = Math.min(to - from, this.#capacity - at);
    const first = this.#ring.subarray(at, at + untilEdge);
    return untilEdge === to - from ? [first] : [first, this.#ring.subarray(0, to - from - untilEdge)];
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

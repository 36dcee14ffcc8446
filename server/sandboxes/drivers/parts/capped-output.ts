/** How much past its cap a stream may go on. Reading costs the whole server, so a flood ends the command. */
const FLOOD_BYTES = 16 * 1024 * 1024;

/** Keeps the first `maxBytes` of a stream and remembers whether there was more. */
export class CappedOutput {
  #kept: Uint8Array[] = [];
  #length = 0;
  #heard = 0;
  truncated = false;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** True once far more came than is kept. */
  get isFlood(): boolean {
    return this.#heard > this.#maxBytes + FLOOD_BYTES;
  }

  add(data: Uint8Array): void {
    this.#heard += data.length;
    const room = this.#maxBytes - this.#length;
    if (data.length > room) this.truncated = true;
    if (room <= 0) return;
    const part = data.subarray(0, room);
    this.#kept.push(part);
    this.#length += part.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#kept);
  }

  text(): string {
    return this.bytes().toString('utf8');
  }
}

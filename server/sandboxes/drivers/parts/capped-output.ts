/** Keeps the first `maxBytes` of a stream and remembers whether there was more. */
export class CappedOutput {
  #kept: Uint8Array[] = [];
  #length = 0;
  truncated = false;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(data: Uint8Array): void {
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

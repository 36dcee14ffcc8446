const HEADER_BYTES = 8;
const STDERR = 2;

type Sink = (data: Uint8Array) => void;

/** Parts the engine's one stream into output and errors: each piece has a header with its kind and length. */
export class StdioDemux {
  #header = Buffer.of();
  #kind = 0;
  #left = 0;
  readonly #sinks: { stdout: Sink; stderr: Sink };

  constructor(sinks: { stdout: Sink; stderr: Sink }) {
    this.#sinks = sinks;
  }

  push(data: Buffer): void {
    let rest = data;
    while (rest.length > 0) rest = this.#left > 0 ? this.#body(rest) : this.#head(rest);
  }

  #head(data: Buffer): Buffer {
    const missing = HEADER_BYTES - this.#header.length;
    this.#header = Buffer.concat([this.#header, data.subarray(0, missing)]);
    if (this.#header.length === HEADER_BYTES) {
      this.#kind = this.#header.readUInt8(0);
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.of();
    }
    return data.subarray(missing);
  }

  #body(data: Buffer): Buffer {
    const part = data.subarray(0, this.#left);
    this.#left -= part.length;
    if (this.#kind === STDERR) this.#sinks.stderr(part);
    else this.#sinks.stdout(part);
    return data.subarray(part.length);
  }
}

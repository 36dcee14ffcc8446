/** dtach clears the screen whenever it attaches, and says so when its program ends. Neither is the shell's own output. */
const GREETING = Buffer.from('\x1b[H\x1b[J');
const FAREWELL = Buffer.from('\x1b[999H\r\n[EOF - dtach terminating]\r\n');

/** Keys typed before dtach takes the terminal over are echoed once too often: at most this much is looked through. */
const PRELUDE_BYTES = 8192;

/** Takes dtach's own words out of a shell's output. Holds bytes back only while they may become its farewell. */
export class DtachOutput {
  #held: Buffer = Buffer.of();
  #greeted = false;

  push(data: Uint8Array): Buffer {
    const bytes = Buffer.concat([this.#held, data]);
    if (this.#greeted) return this.#hold(bytes, farewellAt(bytes));
    const greeting = bytes.indexOf(GREETING);
    if (greeting === -1 && bytes.length < PRELUDE_BYTES) return this.#hold(bytes, 0);
    this.#greeted = true;
    const output = greeting === -1 ? bytes : bytes.subarray(greeting + GREETING.length);
    return this.#hold(output, farewellAt(output));
  }

  /** What is held when the stream ends: without the farewell. */
  end(): Buffer {
    const rest = this.#held;
    this.#held = Buffer.of();
    return rest.equals(FAREWELL) ? Buffer.of() : rest;
  }

  #hold(bytes: Buffer, from: number): Buffer {
    this.#held = bytes.subarray(from);
    return bytes.subarray(0, from);
  }
}

const startsAlike = (bytes: Buffer, start: Buffer): boolean => bytes.subarray(0, start.length).equals(start);

/** Where the bytes end with the farewell or a beginning of it; their length when they do not. */
function farewellAt(bytes: Buffer): number {
  for (let at = Math.max(0, bytes.length - FAREWELL.length); at < bytes.length; at++) {
    if (bytes[at] === FAREWELL[0] && startsAlike(FAREWELL, bytes.subarray(at))) return at;
  }
  return bytes.length;
}

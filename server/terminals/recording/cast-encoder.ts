import type { Size } from '#server/sandboxes/driver.ts';
import { type CastMark, markLabel } from '#server/shared/asciicast.ts';

/** Writes the lines of an asciicast v2. Knows no file. Times are milliseconds of one clock. */
export class CastEncoder {
  readonly #startedAt: number;
  readonly #decoder = new TextDecoder();
  #latest = 0;

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  header({ cols, rows }: Size): string {
    const timestamp = Math.floor(this.#startedAt / 1000);
    return `${JSON.stringify({ version: 2, width: cols, height: rows, timestamp })}\n`;
  }

  /** Text of these bytes, as far as they are whole characters: the rest waits for the next ones. */
  decode(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** What is left of a character whose end never came. */
  rest(): string {
    return this.#decoder.decode();
  }

  output(at: number, text: string): string {
    return this.#line(at, 'o', text);
  }

  resize(at: number, { cols, rows }: Size): string {
    return this.#line(at, 'r', `${cols}x${rows}`);
  }

  mark(at: number, mark: CastMark): string {
    return this.#line(at, 'm', markLabel(mark));
  }

  /** A clock that is set back must not turn a recording back. */
  #line(at: number, code: 'o' | 'r' | 'm', data: string): string {
    this.#latest = Math.max(this.#latest, at - this.#startedAt);
    return `${JSON.stringify([this.#latest / 1000, code, data])}\n`;
  }
}

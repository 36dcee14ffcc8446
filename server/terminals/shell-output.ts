import type { Shell } from '#server/sandboxes/driver.ts';
import { Scrollback } from './scrollback.ts';
import type { Spool } from './spool/spool.ts';

type Options = { shell: Shell; spool: Spool | null; scrollbackBytes: number | undefined };

/** The newest of what a shell printed, by offset, from its spool on. All of it is on disk before anybody may see it. */
export class ShellOutput {
  readonly #shell: Shell;
  readonly #spool: Spool | null;
  readonly #scrollback: Scrollback;
  #savedTo: number;
  /** How much of what the shell tells next is known from the spool. */
  #known: number;

  constructor({ shell, spool, scrollbackBytes }: Options) {
    this.#shell = shell;
    this.#spool = spool;
    this.#scrollback = new Scrollback(scrollbackBytes, spool?.takeKept() ?? { start: shell.start, bytes: Buffer.of() });
    this.#savedTo = this.#scrollback.end;
    this.#known = this.#scrollback.end - shell.start;
  }

  get start(): number {
    return this.#scrollback.start;
  }

  get end(): number {
    return this.#scrollback.end;
  }

  /** What of these bytes is new. */
  take(printed: Uint8Array): Uint8Array {
    const data = printed.subarray(this.#known);
    this.#known -= printed.length - data.length;
    this.#scrollback.append(data);
    return data;
  }

  /** A copy; between `start` and `end`. */
  read(from: number, to: number): Buffer {
    this.save();
    return this.#scrollback.read(from, to);
  }

  /** Before the holder may forget it: the next process knows it from one or the other. */
  save(): void {
    const { start, end } = this.#scrollback;
    if (this.#savedTo < end) {
      const from = Math.max(start, this.#savedTo);
      this.#spool?.append(from, this.#scrollback.pieces(from, end));
      this.#savedTo = end;
    }
    this.#shell.kept(end);
  }

  /** Leaves it for the next process. */
  close(): void {
    this.save();
    this.#spool?.close();
  }

  /** The shell has ended. */
  remove(): void {
    this.#spool?.remove();
  }
}

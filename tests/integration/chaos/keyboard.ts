import type { ProductSocket } from '../../support/product-socket.ts';

/** A shell that does not answer so soon is typed to again: keys go nowhere while its line is being opened anew. */
const AGAIN_MS = 1_000;
const TRIES = 60;

let number = 0;
/** Never printed before. */
export const newWord = () => `w${++number}`;

/** A student's hands on one terminal. */
export class Keyboard {
  readonly #terminal: ProductSocket;
  readonly #signal: AbortSignal;

  /** `signal`: nobody waits for a command any more; it may go on, or never have come through. */
  constructor(terminal: ProductSocket, signal: AbortSignal) {
    this.#terminal = terminal;
    this.#signal = signal;
  }

  get isOpen(): boolean {
    return this.#terminal.socket.readyState === this.#terminal.socket.OPEN;
  }

  get output(): string {
    return this.#terminal.output;
  }

  type(text: string): void {
    if (!this.isOpen) throw new Error('the terminal is closed');
    this.#terminal.type(text);
  }

  /** What one command printed, once it has ended. */
  async run(command: string): Promise<string> {
    const word = newWord();
    // Written so that the echo of what is typed is not taken for the answer.
    this.type(`echo begin-${word}-$((40 + 2)); ${command}; echo end-${word}-$((40 + 2))\r`);
    await unless(this.#signal, this.#terminal.printed(`end-${word}-42`));
    const { output } = this.#terminal;
    return output.slice(output.indexOf(`begin-${word}-42`), output.lastIndexOf(`end-${word}-42`));
  }

  /** Types what `command` says of a new word, until the shell prints that word before `-42`; answers it and when it was typed. */
  async insist(command: (word: string) => string): Promise<{ word: string; typedAt: number }> {
    for (let tries = 0; tries < TRIES; tries++) {
      const word = newWord();
      const typedAt = performance.now();
      this.type(`${command(word)}\r`);
      if (await within(this.#terminal.printed(`${word}-42`), AGAIN_MS)) return { word, typedAt };
    }
    throw new Error('the shell does not answer');
  }

  /**
   * What a shell prints of a variable, typed as `insist` does: `command` must print `<name>-<value>-<word>-42`. A line
   * whose beginning got lost, in a program that was just leaving or on a line that was just opened anew, is typed again.
   */
  async ask(
    name: string,
    command: (word: string) => string,
  ): Promise<{ value: string; word: string; typedAt: number }> {
    for (let tries = 0; tries < TRIES; tries++) {
      const { word, typedAt } = await this.insist(command);
      const [, value] = this.#terminal.output.match(new RegExp(`${name}-(w?\\d*)-${word}-42`)) ?? [];
      if (value !== undefined) return { value, word, typedAt };
    }
    throw new Error('the shell answers none of its lines whole');
  }

  /** The terminal prints this once more, beyond what it has printed so far. */
  async printsAgain(text: string): Promise<void> {
    const seen = () => this.#terminal.output.split(text).length;
    const before = seen();
    for (let tries = 0; tries < TRIES && this.isOpen; tries++) {
      if (seen() > before) return;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS / 2));
      this.#signal.throwIfAborted();
    }
    throw new Error(`never printed again: ${text}`);
  }
}

/** False when it takes longer. It may come later, or never. */
async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  promise.catch(() => undefined);
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), ms));
  return Promise.race([promise.then(() => true), late]);
}

/** Rejects when it is given up. */
export async function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason);
  signal.addEventListener('abort', giveUp);
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', giveUp));
}

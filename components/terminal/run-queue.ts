/**
 * Runs a page's command in a shell: types it, presses Enter, and gives each further line only when the shell is back
 * at its prompt, so that a running program does not swallow it. Pure but for `type` and the timers.
 */
export type RunState =
  | { phase: 'idle' }
  /** A program has the terminal: the student decides. */
  | { phase: 'asking'; command: string }
  /** Ctrl-C was sent; the command follows when the prompt is back. */
  | { phase: 'interrupting'; command: string }
  | { phase: 'not_interrupted' }
  /** Further lines wait for the prompt. */
  | { phase: 'typing'; left: number }
  | { phase: 'offline' };

/** `inside`: meant for a program that already runs in the shell, such as a container's own shell. */
export type RunOptions = { inside: boolean };

export type RunQueueOptions = {
  /** False when the shell cannot be reached. */
  type: (text: string) => boolean;
  onState: (state: RunState) => void;
  /** Half a command (a here-document, an open quote) never leaves the prompt: after this the next line follows. */
  continueMs?: number;
  interruptMs?: number;
};

const CTRL_C = '\x03';
const CONTINUE_MS = 400;
const INTERRUPT_MS = 3000;

export class RunQueue {
  readonly #options: RunQueueOptions;
  #lines: string[] = [];
  #inside = false;
  #atPrompt: boolean | null = null;
  #state: RunState = { phase: 'idle' };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  run(command: string, { inside }: RunOptions = { inside: false }): void {
    this.cancel();
    this.#inside = inside;
    if (this.#atPrompt === false && !inside) {
      this.#become({ phase: 'asking', command });
      return;
    }
    this.#start(command);
  }

  /** The answer to `asking`: stop what runs, then run. */
  interruptAndRun(): void {
    if (this.#state.phase !== 'asking') return;
    const { command } = this.#state;
    if (!this.#options.type(CTRL_C)) {
      this.#become({ phase: 'offline' });
      return;
    }
    this.#become({ phase: 'interrupting', command });
    this.#timer = setTimeout(
      () => this.#become({ phase: 'not_interrupted' }),
      this.#options.interruptMs ?? INTERRUPT_MS,
    );
  }

  /** Drops what was not typed yet: by choice, on a keystroke of the student, or when the wire broke. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#lines = [];
    if (this.#state.phase !== 'idle') this.#become({ phase: 'idle' });
  }

  prompt(atPrompt: boolean | null): void {
    this.#atPrompt = atPrompt;
    if (this.#state.phase === 'asking' && atPrompt) {
      this.cancel();
      return;
    }
    if (this.#state.phase === 'interrupting' && atPrompt) {
      clearTimeout(this.#timer);
      this.#start(this.#state.command);
      return;
    }
    // The program inside has no prompt that is told to us: its lines follow when it has become quiet.
    if (this.#lines.length === 0 || this.#inside) return;
    clearTimeout(this.#timer);
    if (atPrompt) this.#next();
  }

  /** The shell printed: a program that still prints, or asks the terminal something, is not ready for the next line. */
  printed(): void {
    if (!this.#inside || this.#lines.length === 0) return;
    clearTimeout(this.#timer);
    this.#nextWhenQuiet();
  }

  /** What is known of the prompt ends with the connection; nothing is typed again after it. */
  disconnected(): void {
    this.#atPrompt = null;
    this.cancel();
  }

  #start(command: string): void {
    this.#lines = commandLines(command);
    this.#next();
  }

  #next(): void {
    const line = this.#lines.shift();
    if (line === undefined) {
      this.cancel();
      return;
    }
    if (!this.#options.type(`${line}\r`)) {
      this.#lines = [];
      this.#become({ phase: 'offline' });
      return;
    }
    if (this.#lines.length === 0) {
      this.#become({ phase: 'idle' });
      return;
    }
    this.#become({ phase: 'typing', left: this.#lines.length });
    this.#nextWhenQuiet();
  }

  /** Where prompts cannot be told, the lines follow each other as they would from the keyboard. */
  #nextWhenQuiet(): void {
    this.#timer = setTimeout(() => this.#next(), this.#options.continueMs ?? CONTINUE_MS);
  }

  #become(state: RunState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

/** The lines to type. A tab would ask readline to complete, so such a line goes in as a bracketed paste. */
export function commandLines(command: string): string[] {
  const lines = command.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  return lines.map((line) => (line.includes('\t') ? `\x1b[200~${line}\x1b[201~` : line));
}

import { stripVTControlCharacters } from 'node:util';
import { type Clock, systemClock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import type { Sandbox, Shell } from '#server/sandboxes/driver.ts';
import { type CommandRecord, CommandTracker } from '#server/terminals/command-log.ts';
import { ShellIntegrationParser } from '#server/terminals/shell-integration.ts';

const PATIENCE_MS = 60_000;
/** A prompt counts when nothing has followed it for this long. */
const QUIET_MS = 200;
/** A shell's, or that of QEMU's monitor. */
const PROMPT = /(?:^|[\r\n])[^\r\n]*(?:[$#]|\(qemu\)) $/;
const PAGER = /(?:\(END\)|lines \d+-\d+(?:\/\d+)?(?: \(END\))?)$/;

type Typing = { name?: string; clock?: Clock; signal?: AbortSignal };

/** A student's shell in which whole blocks of the page are typed, as a click on Run does. */
export class TypedShell {
  readonly commands: CommandRecord[] = [];
  readonly #shell: Shell;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #decoder = new TextDecoder();
  readonly #parser = new ShellIntegrationParser();
  readonly #tracker: CommandTracker;
  #output = '';
  #seenFrom = 0;
  #ended = false;
  #heard: () => void = () => {};

  private constructor(shell: Shell, { clock = systemClock, signal = new AbortController().signal }: Typing) {
    this.#shell = shell;
    this.#clock = clock;
    this.#signal = signal;
    this.#tracker = new CommandTracker(clock);
    shell.onOutput((data) => this.#take(data));
    shell.onExit(() => {
      this.#ended = true;
      this.#heard();
    });
    signal.addEventListener('abort', () => this.#heard(), { once: true });
  }

  static async open(sandbox: Sandbox, typing: Typing = {}): Promise<TypedShell> {
    const { name = 'shell-1' } = typing;
    const typed = new TypedShell(await sandbox.openShell({ name, size: { cols: 100, rows: 30 } }), typing);
    await typed.#prompt();
    return typed;
  }

  /** Types line by line, each when the prompt before it is there, and leaves a pager with `q` as the page says. */
  async type(block: string): Promise<string> {
    const from = this.#output.length;
    for (const line of block.split('\n')) {
      this.#seenFrom = this.#output.length;
      this.#shell.write(Buffer.from(`${line}\r`));
      await this.#prompt();
    }
    return stripVTControlCharacters(this.#output.slice(from));
  }

  async close(): Promise<void> {
    await this.#shell.kill();
  }

  #take(data: Uint8Array): void {
    this.#output += this.#decoder.decode(data, { stream: true });
    for (const mark of this.#parser.parse(data)) {
      const ended = this.#tracker.take(mark);
      if (ended) this.commands.push(ended);
    }
    this.#heard();
  }

  async #prompt(): Promise<void> {
    const giveUpAt = this.#clock.now().getTime() + PATIENCE_MS;
    for (;;) {
      this.#signal.throwIfAborted();
      if (this.#ended) throw new AppError('sandbox_gone', 'the shell ended while it was typed into');
      const screen = stripVTControlCharacters(this.#output.slice(this.#seenFrom));
      const wasQuiet = await this.#quiet();
      if (wasQuiet && PROMPT.test(screen)) return;
      if (wasQuiet && PAGER.test(screen.trimEnd())) {
        this.#seenFrom = this.#output.length;
        this.#shell.write(Buffer.from('q'));
      }
      if (this.#clock.now().getTime() > giveUpAt) {
        throw new AppError('timed_out', `no prompt came; the screen: ${JSON.stringify(screen.slice(-600))}`);
      }
    }
  }

  /** False as soon as something is heard. */
  #quiet(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(QUIET_MS, () => resolve(true));
      this.#heard = () => {
        timer[Symbol.dispose]();
        resolve(false);
      };
    });
  }
}

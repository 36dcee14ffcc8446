import { stripVTControlCharacters } from 'node:util';
import { systemClock } from '#server/clock.ts';
import type { Sandbox, Shell } from '#server/sandboxes/driver.ts';
import { type CommandRecord, CommandTracker } from '#server/terminals/command-log.ts';
import { ShellIntegrationParser } from '#server/terminals/shell-integration.ts';

const PATIENCE_MS = 60_000;
/** A prompt counts when nothing has followed it for this long. */
const QUIET_MS = 200;
const PROMPT = /(?:^|[\r\n])[^\r\n]*[$#] $/;
const PAGER = /(?:\(END\)|lines \d+-\d+(?:\/\d+)?(?: \(END\))?)$/;

/** A student's shell in which whole blocks of the page are typed, as a click on Run does. */
export class TypedShell {
  readonly commands: CommandRecord[] = [];
  readonly #shell: Shell;
  readonly #decoder = new TextDecoder();
  readonly #parser = new ShellIntegrationParser();
  readonly #tracker = new CommandTracker(systemClock);
  #output = '';
  #seenFrom = 0;
  #heard: () => void = () => {};

  private constructor(shell: Shell) {
    this.#shell = shell;
    shell.onOutput((data) => this.#take(data));
  }

  static async open(sandbox: Sandbox, name = 'shell-1'): Promise<TypedShell> {
    const typed = new TypedShell(await sandbox.openShell({ name, size: { cols: 100, rows: 30 } }));
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
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (;;) {
      const screen = stripVTControlCharacters(this.#output.slice(this.#seenFrom));
      const wasQuiet = await this.#quiet();
      if (wasQuiet && PROMPT.test(screen)) return;
      if (wasQuiet && PAGER.test(screen.trimEnd())) {
        this.#seenFrom = this.#output.length;
        this.#shell.write(Buffer.from('q'));
      }
      if (Date.now() > giveUpAt) throw new Error(`no prompt came; the screen: ${JSON.stringify(screen.slice(-600))}`);
    }
  }

  /** False as soon as something is heard. */
  #quiet(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), QUIET_MS);
      this.#heard = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });
  }
}

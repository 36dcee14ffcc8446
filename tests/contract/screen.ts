import type { Shell, ShellExit } from '#server/sandboxes/driver.ts';

const PATIENCE_MS = 20_000;

/** Reads one shell: types, and waits for what a student would see. */
export class Screen {
  text = '';
  bytes = 0;
  exit: ShellExit | null = null;
  readonly shell: Shell;
  readonly #decoder = new TextDecoder();
  readonly #wakers = new Set<() => void>();

  constructor(shell: Shell) {
    this.shell = shell;
    shell.onOutput((data) => {
      this.bytes += data.length;
      shell.kept(shell.start + this.bytes);
      this.text += this.#decoder.decode(data, { stream: true });
      this.#wake();
    });
    shell.onExit((exit) => {
      this.exit = exit;
      this.#wake();
    });
  }

  type(text: string): void {
    this.shell.write(Buffer.from(text));
  }

  run(command: string): void {
    this.type(`${command}\r`);
  }

  async sees(what: string | RegExp): Promise<void> {
    await this.until(() => (typeof what === 'string' ? this.text.includes(what) : what.test(this.text)), String(what));
  }

  async exits(): Promise<ShellExit> {
    await this.until(() => this.exit !== null, 'the shell to end');
    return this.exit ?? { exitCode: null, signal: null };
  }

  until(met: () => boolean, what: string): Promise<void> {
    if (met()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => done(new Error(`waited for ${what}, saw: ${JSON.stringify(this.text.slice(-600))}`)),
        PATIENCE_MS,
      );
      const look = () => met() && done(null);
      const done = (error: Error | null) => {
        clearTimeout(timer);
        this.#wakers.delete(look);
        if (error === null) resolve();
        else reject(error);
      };
      this.#wakers.add(look);
    });
  }

  #wake(): void {
    for (const look of [...this.#wakers]) look();
  }
}

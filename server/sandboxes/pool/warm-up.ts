import { untilDockerAnswers } from '#server/sandboxes/docker-answers.ts';
import type { Sandbox, Shell, Size } from '#server/sandboxes/driver.ts';

/** The shell that a student's page opens first. */
export const FIRST_SHELL = 'shell-1';
/** A page sets its own size when it comes. */
const SIZE: Size = { cols: 80, rows: 24 };

const PROMPT_LIMIT_MS = 20_000;

/**
 * Makes a booted sandbox ready to be used at once: its own Docker answers, and its first shell has printed a prompt.
 * A shell that an earlier process left behind is taken on: what it printed is still in its holder.
 */
export async function warmUp(sandbox: Sandbox, signal: AbortSignal): Promise<Shell> {
  const [shell] = await Promise.all([openAtPrompt(sandbox), untilDockerAnswers(sandbox, signal)]);
  return shell;
}

/** Its output stays in the shell for whoever listens first. */
async function openAtPrompt(sandbox: Sandbox): Promise<Shell> {
  const shell = await sandbox.openShell({ name: FIRST_SHELL, size: SIZE });
  const kept = new KeptShell(shell);
  await kept.printed(PROMPT_LIMIT_MS);
  return kept;
}

/** A shell that was listened to for its first output, and hands that on to the next listener. */
class KeptShell implements Shell {
  readonly #shell: Shell;
  #early: Uint8Array[] = [];
  #watch: Disposable | null;
  readonly #first = Promise.withResolvers<void>();

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#watch = shell.onOutput((data) => {
      this.#early.push(data);
      this.#first.resolve();
    });
  }

  /** Resolves with the first output; a shell that prints nothing is as good as it gets after a while. */
  async printed(limitMs: number): Promise<void> {
    const late = setTimeout(this.#first.resolve, limitMs);
    await this.#first.promise;
    clearTimeout(late);
  }

  get id(): string {
    return this.#shell.id;
  }

  get start(): number {
    return this.#shell.start;
  }

  get held(): boolean {
    return this.#shell.held;
  }

  onOutput(listener: (data: Uint8Array) => void): Disposable {
    this.#watch?.[Symbol.dispose]();
    this.#watch = null;
    const early = this.#early;
    this.#early = [];
    for (const data of early) listener(data);
    return this.#shell.onOutput(listener);
  }

  onExit(listener: Parameters<Shell['onExit']>[0]): Disposable {
    return this.#shell.onExit(listener);
  }

  write(data: Uint8Array): void {
    this.#shell.write(data);
  }

  resize(size: Size): void {
    this.#shell.resize(size);
  }

  pause(): void {
    this.#shell.pause();
  }

  resume(): void {
    this.#shell.resume();
  }

  kept(offset: number): void {
    this.#shell.kept(offset);
  }

  detach(): void {
    this.#shell.detach();
  }

  kill(): Promise<void> {
    return this.#shell.kill();
  }
}

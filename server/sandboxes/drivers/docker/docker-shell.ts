import type { Container, Exec } from 'dockerode';
import { errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Shell, ShellExit, Size } from '#server/sandboxes/driver.ts';
import { DtachOutput } from '../parts/dtach-output.ts';
import { END_SHELL_SCRIPT, HELD_SHELL_SCRIPT, requireShellName } from '../parts/held-shell.ts';
import { ShellEvents } from '../parts/shell-events.ts';
import type { Begun, DockerCommands } from './docker-commands.ts';
import { asking } from './docker-errors.ts';
import { dockerExec, exitCodeOf } from './docker-exec.ts';

/** Made by the image's first process; a tmpfs, so that a holder's socket never outlives its holder. */
export const SHELLS_DIRECTORY = '/run/chapterhouse/shells';

export function shellOptions({ name, size }: { name: string; size: Size }) {
  const place = [SHELLS_DIRECTORY, requireShellName(name), String(size.rows), String(size.cols)];
  return {
    Cmd: ['sh', '-c', HELD_SHELL_SCRIPT, 'sh', ...place, 'bash', '-l'],
    User: 'student',
    WorkingDir: '/home/student',
    Env: [
      'TERM=xterm-256color',
      'COLORTERM=truecolor',
      'LANG=C.UTF-8',
      'USER=student',
      'LOGNAME=student',
      'HOME=/home/student',
      'SHELL=/bin/bash',
    ],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  };
}

function openLine(commands: DockerCommands, request: { name: string; size: Size }): Promise<Begun> {
  const start = { hijack: true, stdin: true, Tty: true };
  return commands.beginForLong({ what: 'shell', options: shellOptions(request), start });
}

/** `onWrite`: somebody types. */
type Opening = { name: string; size: Size; onWrite: () => void };

export async function openDockerShell(commands: DockerCommands, request: Opening): Promise<Shell> {
  return new DockerShell(commands, request, await openLine(commands, request));
}

/** How long an engine may take to come back before its shells are given up. */
const REOPEN_TRIES = 120;
const REOPEN_TRY_MS = 500;
const KILLED_LINE_CLOSES_MS = 2_000;

class DockerShell implements Shell {
  readonly held = true;
  readonly #commands: DockerCommands;
  readonly #name: string;
  readonly #onWrite: () => void;
  readonly #events = new ShellEvents();
  #size: Size;
  #line: Begun;
  #output = new DtachOutput();
  #paused = false;
  #detached = false;
  #killed = false;

  constructor(commands: DockerCommands, { name, size, onWrite }: Opening, line: Begun) {
    this.#commands = commands;
    this.#name = name;
    this.#size = size;
    this.#onWrite = onWrite;
    this.#line = line;
    this.#listen(line);
  }

  write(data: Uint8Array): void {
    this.#onWrite();
    const { stream } = this.#line;
    if (stream.writable) stream.write(data);
  }

  resize(size: Size): void {
    this.#size = size;
    const { exec } = this.#line;
    // A shell that has just ended cannot be resized, and need not be.
    exec
      .resize({ h: size.rows, w: size.cols })
      .catch((error: unknown) => log.debug('shell.not_resized', { err: error }));
  }

  pause(): void {
    this.#paused = true;
    this.#line.stream.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#line.stream.resume();
  }

  onOutput(listener: (data: Uint8Array) => void): Disposable {
    return this.#events.onOutput(listener);
  }

  onExit(listener: (exit: ShellExit) => void): Disposable {
    return this.#events.onExit(listener);
  }

  detach(): void {
    this.#detached = true;
    this.#events.silence();
    this.#line.stream.destroy();
  }

  async kill(): Promise<void> {
    if (this.#events.exited || this.#detached) return;
    const end = ['sh', '-c', END_SHELL_SCRIPT, 'sh', SHELLS_DIRECTORY, this.#name] as const;
    const limits = { timeoutMs: 10_000, maxOutputBytes: 1000 };
    await dockerExec(this.#commands, { argv: [...end], user: 'root', ...limits });
    this.#killed = true;
    // Nobody may be reading: let the rest run out, so that the end is seen.
    this.resume();
    // The engine does not always close the line of a shell that was killed.
    const { stream } = this.#line;
    setTimeout(() => stream.destroy(), KILLED_LINE_CLOSES_MS).unref();
  }

  #listen({ stream }: Begun): void {
    stream.on('data', (data: Buffer) => this.#events.emit(this.#output.push(data)));
    stream.on('error', (error) => log.debug('shell.stream_error', { err: error }));
    const closed = () => {
      this.#closed().catch((error: unknown) => log.error('shell.close_failed', error));
    };
    if (stream.closed) closed();
    else stream.once('close', closed);
  }

  /** The shell has ended, or only our line to it: its holder survives a restart of the engine. */
  async #closed(): Promise<void> {
    for (let tries = 0; tries < REOPEN_TRIES && !this.#detached; tries++) {
      if (this.#killed) return this.#exit(KILLED);
      const fate = await fateOf(this.#line.exec, this.#commands.container);
      if (fate === 'held' && (await this.#reopen())) return;
      if (typeof fate === 'object') return this.#exit(fate);
      await new Promise((resolve) => setTimeout(resolve, REOPEN_TRY_MS));
    }
    if (!this.#detached) this.#exit(KILLED);
  }

  async #reopen(): Promise<boolean> {
    const line = await openLine(this.#commands, { name: this.#name, size: this.#size }).catch(() => null);
    if (line === null) return false;
    if (this.#detached) line.stream.destroy();
    this.#events.emit(this.#output.end());
    this.#output = new DtachOutput();
    this.#line = line;
    this.#listen(line);
    if (this.#paused) line.stream.pause();
    log.info('shell.reopened', { container: this.#commands.container.id, name: this.#name });
    return true;
  }

  #exit(exit: ShellExit): void {
    this.#events.emit(this.#output.end());
    this.#events.exit(exit);
  }
}

const KILLED: ShellExit = { exitCode: null, signal: 'SIGKILL' };

/** How the shell ended; or that it is still held; or that the engine cannot say just now. */
async function fateOf(exec: Exec, container: Container): Promise<ShellExit | 'held' | 'unknown'> {
  try {
    const exitCode = await exitCodeOf(exec);
    return exitCode === null ? KILLED : { exitCode, signal: null };
  } catch (error) {
    if (errorCode(error) === 'engine_down') return 'unknown';
  }
  try {
    const { State } = await asking('inspect', () => container.inspect());
    return State.Running ? 'held' : KILLED;
  } catch (error) {
    return errorCode(error) === 'sandbox_gone' ? KILLED : 'unknown';
  }
}

import type { Duplex } from 'node:stream';
import type { Container, Exec } from 'dockerode';
import { log } from '#server/log.ts';
import type { Shell, ShellExit, Size } from '#server/sandboxes/driver.ts';
import { DtachOutput } from '../parts/dtach-output.ts';
import { END_SHELL_SCRIPT, HELD_SHELL_SCRIPT, requireShellName } from '../parts/held-shell.ts';
import { ShellEvents } from '../parts/shell-events.ts';
import { asking } from './docker-errors.ts';
import { dockerExec, exitCodeOf } from './docker-exec.ts';

/** Made by the image when it has booted; a tmpfs, so that a holder's socket never outlives its holder. */
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

export async function openDockerShell(container: Container, request: { name: string; size: Size }): Promise<Shell> {
  const exec = await asking('shell', () => container.exec(shellOptions(request)));
  const stream = await asking('shell', () => exec.start({ hijack: true, stdin: true, Tty: true }));
  return new DockerShell({ container, exec, stream, name: request.name });
}

type Parts = { container: Container; exec: Exec; stream: Duplex; name: string };

class DockerShell implements Shell {
  readonly held = true;
  readonly #parts: Parts;
  readonly #events = new ShellEvents();
  readonly #output = new DtachOutput();
  #detached = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { stream } = parts;
    stream.on('data', (data: Buffer) => this.#events.emit(this.#output.push(data)));
    stream.on('error', (error) => log.debug('shell.stream_error', { err: error }));
    stream.once('close', () => void this.#closed());
  }

  write(data: Uint8Array): void {
    const { stream } = this.#parts;
    if (stream.writable) stream.write(data);
  }

  resize({ cols, rows }: Size): void {
    // A shell that has just ended cannot be resized, and need not be.
    this.#parts.exec.resize({ h: rows, w: cols }).catch((error: unknown) => log.debug('shell.resize', { err: error }));
  }

  pause(): void {
    this.#parts.stream.pause();
  }

  resume(): void {
    this.#parts.stream.resume();
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
    this.#parts.stream.destroy();
  }

  async kill(): Promise<void> {
    if (this.#events.exited || this.#detached) return;
    const { container, name, stream } = this.#parts;
    const end = ['sh', '-c', END_SHELL_SCRIPT, 'sh', SHELLS_DIRECTORY, name] as const;
    await dockerExec(container, { argv: [...end], user: 'root', timeoutMs: 10_000, maxOutputBytes: 1000 });
    // Nobody may be reading: let the rest run out, so that the end is seen.
    stream.resume();
  }

  async #closed(): Promise<void> {
    if (this.#detached) return;
    this.#events.emit(this.#output.end());
    const exitCode = await exitCodeOf(this.#parts.exec).catch(() => null);
    this.#events.exit(exitCode === null ? { exitCode, signal: 'SIGKILL' } : { exitCode, signal: null });
  }
}

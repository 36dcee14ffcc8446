import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import * as pty from 'node-pty';
import type { Shell, ShellExit, Size } from '#server/sandboxes/driver.ts';
import { ShellEvents } from '../parts/shell-events.ts';
import { HOST_ENV } from './run-command.ts';

export type ShellRequest = { argv: readonly string[]; size: Size };

/** A shell that nobody holds, where the holder cannot be built: it ends with us. */
export class BubblewrapShell implements Shell {
  readonly held = false;
  readonly id = randomUUID();
  readonly start = 0;
  readonly #pty: pty.IPty;
  readonly #events = new ShellEvents();

  constructor({ argv: [file = '', ...args], size }: ShellRequest) {
    this.#pty = pty.spawn(file, args, { ...size, name: 'xterm-256color', cwd: '/', env: HOST_ENV, encoding: null });
    this.#pty.onData((data) => this.#events.emit(data));
    this.#pty.onExit(({ exitCode, signal }) => this.#exited({ exitCode, signal: signal ?? 0 }));
  }

  write(data: Uint8Array): void {
    if (!this.#events.exited) this.#pty.write(Buffer.from(data));
  }

  resize({ cols, rows }: Size): void {
    if (!this.#events.exited) this.#pty.resize(cols, rows);
  }

  pause(): void {
    this.#pty.pause();
  }

  resume(): void {
    this.#pty.resume();
  }

  onOutput(listener: (data: Uint8Array) => void): Disposable {
    return this.#events.onOutput(listener);
  }

  onExit(listener: (exit: ShellExit) => void): Disposable {
    return this.#events.onExit(listener);
  }

  detach(): void {
    if (this.#events.exited) return;
    this.#events.silence();
    this.#pty.kill('SIGKILL');
  }

  async kill(): Promise<void> {
    if (this.#events.exited) return;
    const exited = new Promise<void>((resolve) => this.#events.onExit(() => resolve()));
    this.#pty.kill('SIGKILL');
    this.#pty.resume();
    await exited;
  }

  kept(): void {
    // Nobody reads it a second time.
  }

  #exited({ exitCode, signal }: { exitCode: number; signal: number }): void {
    this.#events.exit(signal === 0 ? { exitCode, signal: null } : { exitCode: null, signal: signalName(signal) });
  }
}

const signalName = (number: number): string =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;

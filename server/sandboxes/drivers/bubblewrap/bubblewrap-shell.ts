import { constants } from 'node:os';
import * as pty from 'node-pty';
import type { Shell, ShellExit, Size } from '#server/sandboxes/driver.ts';
import { DtachOutput } from '../parts/dtach-output.ts';
import { ShellEvents } from '../parts/shell-events.ts';
import { HOST_ENV } from './run-command.ts';

export type ShellRequest = { argv: readonly string[]; size: Size; held: boolean; end: () => Promise<void> };

export class BubblewrapShell implements Shell {
  readonly held: boolean;
  readonly #pty: pty.IPty;
  readonly #end: () => Promise<void>;
  readonly #events = new ShellEvents();
  readonly #output = new DtachOutput();

  constructor({ argv: [file = '', ...args], size, held, end }: ShellRequest) {
    this.held = held;
    this.#end = end;
    this.#pty = pty.spawn(file, args, { ...size, name: 'xterm-256color', cwd: '/', env: HOST_ENV, encoding: null });
    this.#pty.onData((data) => this.#heard(data));
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
    // The holder lives on beside us; what we end is its client, or the shell itself where there is no holder.
    this.#pty.kill('SIGKILL');
  }

  async kill(): Promise<void> {
    if (this.#events.exited) return;
    // Our side first: it may still be about to start the holder.
    const exited = new Promise<void>((resolve) => this.#events.onExit(() => resolve()));
    this.#pty.kill('SIGKILL');
    this.#pty.resume();
    await exited;
    await this.#end();
  }

  #heard(data: Uint8Array): void {
    this.#events.emit(this.held ? this.#output.push(data) : data);
  }

  #exited({ exitCode, signal }: { exitCode: number; signal: number }): void {
    this.#events.emit(this.#output.end());
    this.#events.exit(signal === 0 ? { exitCode, signal: null } : { exitCode: null, signal: signalName(signal) });
  }
}

const signalName = (number: number): string =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;

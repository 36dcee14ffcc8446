import { type Duplex, duplexPair } from 'node:stream';
import { AppError } from '#server/errors.ts';
import type {
  Capability,
  ExecRequest,
  ExecResult,
  Sandbox,
  SandboxEnd,
  SandboxFile,
  SandboxStats,
  Shell,
  ShellExit,
  Size,
  TakenSnapshot,
} from '#server/sandboxes/driver.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { ShellEvents } from '../parts/shell-events.ts';
import { fakeExec } from './fake-exec.ts';
import type { FakeHost, FakeMachine } from './fake-host.ts';
import { FakePty } from './fake-pty.ts';

export type FakeSandboxOptions = {
  host: FakeHost;
  machine: FakeMachine;
  capabilities: readonly Capability[];
  floods: boolean;
  snapshotFailure: ErrorCode | null;
  /** A scripted answer, or null to let the pretend commands run. */
  answerExec: (request: ExecRequest) => ExecResult | null;
  /** The far end of `dialPort`; echoes unless told otherwise. */
  serve: (port: number, far: Duplex) => void;
};

export class FakeSandbox implements Sandbox {
  readonly sandboxId: string;
  readonly ref: string;
  readonly capabilities: readonly Capability[];
  readonly #options: FakeSandboxOptions;

  constructor(options: FakeSandboxOptions) {
    this.#options = options;
    this.sandboxId = options.machine.spec.sandboxId;
    this.ref = `fake:${this.sandboxId}`;
    this.capabilities = options.capabilities;
  }

  get #machine(): FakeMachine {
    const { host, machine } = this.#options;
    if (host.machines.get(this.sandboxId) === machine) return machine;
    throw new AppError('sandbox_gone', `sandbox ${this.sandboxId} has ended`);
  }

  boot(): void {
    this.#machine.isBooted = true;
  }

  async openShell({ name, size }: { name: string; size: Size }): Promise<Shell> {
    const { shells } = this.#machine;
    const running = shells.get(name);
    if (running !== undefined && !running.exited) return new FakeShell(running, size);
    const pty = new FakePty(size);
    shells.set(name, pty);
    if (this.#options.floods) pty.flood();
    return new FakeShell(pty, size);
  }

  async exec(request: ExecRequest): Promise<ExecResult> {
    const machine = this.#machine;
    machine.cpuSeconds += 0.01;
    const ended = new Promise<never>((_, reject) => {
      machine.end.onEnd(() => reject(new AppError('sandbox_gone', 'ended meanwhile')));
    });
    ended.catch(() => undefined);
    return this.#options.answerExec(request) ?? fakeExec(request, ended);
  }

  async putFiles(directory: string, files: readonly SandboxFile[]): Promise<void> {
    const { files: kept } = this.#machine;
    for (const file of files) kept.set(`${directory}/${file.path}`, { ...file, path: `${directory}/${file.path}` });
  }

  async getFiles(paths: readonly string[]): Promise<SandboxFile[]> {
    const { files } = this.#machine;
    return paths.map((path) => {
      const file = files.get(path);
      if (file === undefined) throw new AppError('not_found', `no file ${path}`);
      return file;
    });
  }

  async stats(): Promise<SandboxStats> {
    const { cpuSeconds, shells, files } = this.#machine;
    return { cpuSeconds, memoryBytes: 8 * 1024 * 1024, diskBytes: sizeOf(files), pids: 1 + shells.size };
  }

  async snapshot(snapshotId: string, signal?: AbortSignal): Promise<TakenSnapshot> {
    signal?.throwIfAborted();
    const { files } = this.#machine;
    const { snapshotFailure, host } = this.#options;
    if (snapshotFailure !== null) throw new AppError(snapshotFailure, `fake driver does not keep ${this.sandboxId}`);
    host.snapshots.set(snapshotId, new Map(files));
    return { snapshotId, ref: `fake:${snapshotId}`, whole: true, sizeBytes: sizeOf(files) };
  }

  async dialPort(port: number): Promise<Duplex> {
    void this.#machine;
    const [near, far] = duplexPair();
    this.#options.serve(port, far);
    return near;
  }

  onEnd(listener: (reason: SandboxEnd) => void): Disposable {
    return this.#options.machine.end.onEnd(listener);
  }

  async destroy(): Promise<void> {
    const { host, machine } = this.#options;
    machine.end.close();
    if (host.machines.get(this.sandboxId) === machine) host.remove(this.sandboxId);
  }
}

const sizeOf = (files: ReadonlyMap<string, SandboxFile>): number =>
  [...files.values()].reduce((total, { content }) => total + content.length, 0);

class FakeShell implements Shell {
  readonly held = true;
  readonly id: string;
  readonly start: number;
  readonly #pty: FakePty;
  readonly #events = new ShellEvents();
  readonly #reader = {
    output: (data: Uint8Array) => this.#events.emit(data),
    exit: (exit: ShellExit) => this.#events.exit(exit),
  };

  constructor(pty: FakePty, size: Size) {
    this.#pty = pty;
    this.id = pty.id;
    this.start = pty.attach(this.#reader, size);
  }

  write(data: Uint8Array): void {
    this.#pty.write(data);
  }
  resize(size: Size): void {
    this.#pty.resize(size);
  }
  pause(): void {
    this.#pty.setPaused(true);
  }
  resume(): void {
    this.#pty.setPaused(false);
  }
  kept(offset: number): void {
    this.#pty.kept(offset);
  }
  onOutput(listener: (data: Uint8Array) => void): Disposable {
    return this.#events.onOutput(listener);
  }
  onExit(listener: (exit: ShellExit) => void): Disposable {
    return this.#events.onExit(listener);
  }
  detach(): void {
    this.#pty.detach(this.#reader);
    this.#events.silence();
  }
  async kill(): Promise<void> {
    this.#pty.end({ exitCode: null, signal: 'SIGKILL' });
  }
}

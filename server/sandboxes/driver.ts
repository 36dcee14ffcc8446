import type { Duplex } from 'node:stream';

/** What a sandbox can offer. A step that needs one names it; a page says which steps a host cannot offer and why. */
export type Capability =
  | 'shell'
  | 'containers'
  | 'systemd'
  | 'apptainer'
  | 'qemu'
  | 'virtualbox'
  | 'quota'
  | 'snapshot'
  | 'network'
  /** `dialPort` reaches what its programs listen on. */
  | 'ports';

/** A terminal's size in character cells. One object, so that rows and columns are never swapped. */
export type Size = { cols: number; rows: number };

export type Limits = {
  memoryMiB: number;
  /** Share of the host in whole or part CPUs. */
  cpus: number;
  /** Processes and threads. */
  pids: number;
  /** Space for the whole sandbox; a driver that cannot enforce it says so in `check()`. */
  diskMiB: number;
};

/**
 * What a sandbox reaches: nothing; the product's image mirror only; or the mirror and the internet, out and never in,
 * private ranges closed. Left out of a spec it is `mirror`.
 */
export type NetworkMode = 'none' | 'mirror' | 'internet';

export type SandboxSpec = {
  /** Ours, unique for ever: also the container's name and label. */
  sandboxId: string;
  /** Course folder name: chooses the image. */
  courseId: string;
  limits: Limits;
  network?: NetworkMode;
  /** Begin with this state instead of the course's image. */
  from?: SnapshotRef;
  /** Its system boots when somebody needs it (`boot`, a key, a command), and not before. */
  waits?: boolean;
};

/** Enough to find a kept state again. `ref` is opaque to all but its driver. */
export type SnapshotRef = { snapshotId: string; ref: string };

/** `whole`: nested images and containers are in it. `sizeBytes`: what keeping it takes, null where nobody can tell. */
export type TakenSnapshot = SnapshotRef & { whole: boolean; sizeBytes: number | null };

/** Enough to find a sandbox again after our process died. `ref` is opaque to all but its driver. */
export type SandboxRef = { sandboxId: string; ref: string };

export type Advice = { what: string; ok: boolean; consequence: string; remedy: string | null };

export type DriverReport = {
  driver: string;
  usable: boolean;
  capabilities: Capability[];
  /** Which of the limits a sandbox asks for are really held here. The others are said, never ignored. */
  enforces: (keyof Limits)[];
  /** Each thing looked at, with what follows for courses and the command that would change it. */
  advice: Advice[];
};

/** Why a sandbox ended without us asking. */
export type SandboxEnd = 'memory' | 'host_restart' | 'fault';

export type SandboxStats = {
  /** CPU time used since the start, in seconds. */
  cpuSeconds: number;
  memoryBytes: number;
  /** Null where the driver cannot tell cheaply. */
  diskBytes: number | null;
  pids: number;
};

export type ExecRequest = {
  argv: readonly [string, ...string[]];
  /** `root` is root of the sandbox only. */
  user: 'student' | 'root';
  stdin?: string | Uint8Array;
  env?: Record<string, string>;
  timeoutMs: number;
  /**
   * Output past this many bytes (stdout and stderr each) is dropped and `truncated` set. A command that floods, going on
   * for 16 MiB more, is ended: its `exitCode` is null.
   */
  maxOutputBytes: number;
  signal?: AbortSignal;
};

export type ExecResult = {
  /** Null when the command was ended by the time limit, a signal or its flood of output. */
  exitCode: number | null;
  timedOut: boolean;
  truncated: boolean;
  stdout: string;
  stderr: string;
};

/**
 * What a host can run sandboxes with. Called by the manager alone.
 *
 * `check` may come at any time, costs little and never throws: what is missing is in its report.
 * `create` comes only after a usable `check`; it returns when the sandbox is booted far enough for a shell
 * and leaves nothing behind when it throws or its signal aborts.
 * `adopt` comes at start for each ref that was stored or listed: null means it no longer lives.
 * `list` names every sandbox of this installation that exists on the host, known to the database or not.
 * `listSnapshots` does so for kept states. `deleteSnapshot` is safe twice; it rejects with `snapshot_in_use` while a
 * sandbox that began with it lives on it.
 * `create` with a `from` that exists no more rejects with `snapshot_unknown`.
 */
export interface SandboxDriver {
  readonly name: string;
  /** Whether its sandboxes have a system that boots, so that one may wait for that. */
  readonly boots: boolean;
  check(): Promise<DriverReport>;
  create(spec: SandboxSpec, signal?: AbortSignal): Promise<Sandbox>;
  /** `waits`: as it was made. */
  adopt(ref: SandboxRef & { waits?: boolean }): Promise<Sandbox | null>;
  list(): Promise<SandboxRef[]>;
  listSnapshots(): Promise<SnapshotRef[]>;
  deleteSnapshot(ref: SnapshotRef): Promise<void>;
  /** Releases connections and watchers; the sandboxes go on living. */
  dispose(): Promise<void>;
}

/** One student's small system. Every method rejects with `sandbox_gone` once it has ended. */
export interface Sandbox extends SandboxRef {
  readonly capabilities: readonly Capability[];
  /** Somebody will need its system: lets it boot in its turn. Nothing where it has, or where nothing boots. */
  boot(): void;
  /**
   * Starts or, where `name` already runs behind a holder, re-attaches the login shell of that name.
   * Names are ours (`shell-1`), letters, digits and dashes.
   */
  openShell(request: { name: string; size: Size }): Promise<Shell>;
  exec(request: ExecRequest): Promise<ExecResult>;
  putFiles(directory: string, files: readonly SandboxFile[]): Promise<void>;
  getFiles(paths: readonly string[]): Promise<SandboxFile[]>;
  stats(): Promise<SandboxStats>;
  /**
   * Keeps its state under an id of ours (lower case letters, digits and dashes) and goes on. Leaves nothing behind when
   * it rejects; `snapshot_too_large` when there is more in it than a sandbox may hold.
   */
  snapshot(snapshotId: string, signal?: AbortSignal): Promise<TakenSnapshot>;
  /**
   * A byte stream to a TCP port on the sandbox's own loopback or address. Rejects with `port_closed` when nothing listens
   * there, and with `step_unavailable` where a sandbox has no ports that can be reached.
   */
  dialPort(port: number): Promise<Duplex>;
  /** Called once when the sandbox ends without `destroy`. Late subscribers to an ended sandbox are called at once. */
  onEnd(listener: (reason: SandboxEnd) => void): Disposable;
  /** Ends it and everything in it. Safe twice. */
  destroy(): Promise<void>;
}

export type SandboxFile = { path: string; content: Uint8Array; mode: number };

export type ShellExit = { exitCode: number | null; signal: string | null };

/**
 * One pty inside a sandbox. Output that comes before the first listener is kept for it.
 * A byte's offset counts the shell's output from its beginning, whoever read it.
 */
export interface Shell {
  /** A UUID, of this very shell: another one of the same name has another. */
  readonly id: string;
  /** Offset of the first byte that `onOutput` tells. */
  readonly start: number;
  write(data: Uint8Array): void;
  resize(size: Size): void;
  /** Stops reading, so that the program in the shell blocks: no byte is dropped. */
  pause(): void;
  resume(): void;
  onOutput(listener: (data: Uint8Array) => void): Disposable;
  onExit(listener: (exit: ShellExit) => void): Disposable;
  /**
   * True when the shell goes on living without us, to be opened again by its name. Then all that it printed and that was
   * not `kept` is told again.
   */
  readonly held: boolean;
  /** Output before this offset is safe with us. A shell that prints a mebibyte which nobody keeps stands still. */
  kept(offset: number): void;
  /** Lets go; a held shell goes on living, another one ends. */
  detach(): void;
  kill(): Promise<void>;
}

/** A container that stands still. */
export type Stillness = {
  /**
   * Lets it run again. Answers whether it stood still all the while: else what was read meanwhile may be half written.
   * Never rejects; safe twice.
   */
  end(): Promise<boolean>;
};

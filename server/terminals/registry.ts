import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Shell, Size } from '#server/sandboxes/driver.ts';
import type { EndingWarning } from '#server/shared/protocol.ts';
import type { CommandRecord } from './command-log.ts';
import type { Spool } from './spool/spool.ts';
import type { SpoolStore } from './spool/spool-store.ts';
import { type OutputTap, TerminalSession } from './terminal-session.ts';
import { type AskLimit, createAskLimit } from './watching/ask-limit.ts';
import type { TurnFact } from './watching/writing-turns.ts';

export type { CommandRecord } from './command-log.ts';

/** Commands kept of each enrollment. */
const MAX_COMMANDS = 200;
/** A flood of output is one sign of life a second. */
const ACTIVITY_EVERY_MS = 1000;

export type AttachRequest = {
  /** The enrollment. */
  seatId: string;
  shell: string;
  size: Size;
  openShell: (request: { name: string; size: Size }) => Promise<Shell>;
};

/** All terminals of this process. A session outlives the connections that look at it. */
export interface TerminalRegistry {
  /** The session of that shell; the first of several callers at once opens it for all. */
  attach(request: AttachRequest): Promise<TerminalSession>;
  /** The session if there is one or one is being opened: for those who may look but not start. */
  find(seatId: string, shell: string): Promise<TerminalSession> | null;
  /** Newest last. */
  recentCommands(enrollmentId: string): readonly CommandRecord[];
  /** Whether a shell of theirs tells of its prompts and commands. */
  hasShellIntegration(enrollmentId: string): boolean;
  /** Whether a command is known to run in one of their shells. */
  isBusy(enrollmentId: string): boolean;
  /** The folder that this shell says it is in; null where it has not said, or is not open. */
  placeOf(seatId: string, shell: string): string | null;
  onCommandEnd(listener: (enrollmentId: string, command: CommandRecord) => void): Disposable;
  /** Keys or output, at most once a second each. */
  onActivity(listener: (enrollmentId: string) => void): Disposable;
  /** Its sandbox will end: every page with one of its terminals open is told. */
  warn(enrollmentId: string, warning: EndingWarning): void;
  /** Its sandbox ended: pages are told `sandbox_gone`, what was run is forgotten. */
  endAll(enrollmentId: string, why: string): void;
  dispose(): Promise<void>;
}

export type TerminalRegistryOptions = {
  clock: Clock;
  scrollbackBytes?: number;
  /** Where the output of held shells is kept for the next process, and which sandbox a seat has. */
  spools?: { store: SpoolStore; sandboxOf(seatId: string): string | null };
  /** One for each shell that opens. */
  tap?: (seatId: string, shell: string, size: Size) => OutputTap;
  /** Who asked to type in whose shell, and what came of it. */
  onTurn?: (seatId: string, shell: string, fact: TurnFact) => void;
};

type Entry = { seatId: string; opening: Promise<TerminalSession>; session: TerminalSession | null; ended: boolean };
type Seat = { commands: CommandRecord[]; activeAt: number };

export function createTerminalRegistry(options: TerminalRegistryOptions): TerminalRegistry {
  return new Registry(options);
}

class Registry implements TerminalRegistry {
  readonly #options: TerminalRegistryOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #seats = new Map<string, Seat>();
  readonly #commandListeners = new Set<(enrollmentId: string, command: CommandRecord) => void>();
  readonly #activityListeners = new Set<(enrollmentId: string) => void>();
  readonly #asks: AskLimit;
  #disposed = false;

  constructor(options: TerminalRegistryOptions) {
    this.#options = options;
    this.#asks = createAskLimit(options.clock);
  }

  attach(request: AttachRequest): Promise<TerminalSession> {
    if (this.#disposed) return Promise.reject(new AppError('shutting_down', 'no new terminals'));
    const key = entryKey(request.seatId, request.shell);
    const existing = this.#entries.get(key);
    if (existing) return existing.opening;
    const entry: Entry = { seatId: request.seatId, opening: Promise.reject(), session: null, ended: false };
    entry.opening.catch(() => undefined);
    this.#entries.set(key, entry);
    entry.opening = this.#open(request, entry).catch((error: unknown) => {
      this.#forget(key, entry);
      throw error;
    });
    return entry.opening;
  }

  find(seatId: string, shell: string): Promise<TerminalSession> | null {
    return this.#entries.get(entryKey(seatId, shell))?.opening ?? null;
  }

  recentCommands(enrollmentId: string): readonly CommandRecord[] {
    return [...(this.#seats.get(enrollmentId)?.commands ?? [])];
  }

  hasShellIntegration(enrollmentId: string): boolean {
    return this.#sessionsOf(enrollmentId).some((session) => session.integrated);
  }

  isBusy(enrollmentId: string): boolean {
    return this.#sessionsOf(enrollmentId).some((session) => session.busy);
  }

  placeOf(seatId: string, shell: string): string | null {
    return this.#entries.get(entryKey(seatId, shell))?.session?.cwd ?? null;
  }

  onCommandEnd(listener: (enrollmentId: string, command: CommandRecord) => void): Disposable {
    this.#commandListeners.add(listener);
    return { [Symbol.dispose]: () => this.#commandListeners.delete(listener) };
  }

  onActivity(listener: (enrollmentId: string) => void): Disposable {
    this.#activityListeners.add(listener);
    return { [Symbol.dispose]: () => this.#activityListeners.delete(listener) };
  }

  warn(enrollmentId: string, warning: EndingWarning): void {
    for (const session of this.#sessionsOf(enrollmentId)) session.warn(warning);
  }

  endAll(enrollmentId: string, why: string): void {
    for (const [key, entry] of this.#entries) {
      if (entry.seatId !== enrollmentId) continue;
      log.info('terminal.ended', { enrollmentId, why });
      this.#entries.delete(key);
      entry.ended = true;
      entry.session?.end('sandbox_gone');
    }
    this.#seats.delete(enrollmentId);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) {
      entry.ended = true;
      entry.session?.end('shutting_down');
    }
    this.#seats.clear();
    await Promise.allSettled(entries.map((entry) => entry.opening));
  }

  async #open({ seatId, shell: name, size, openShell }: AttachRequest, entry: Entry): Promise<TerminalSession> {
    // Before the shell: who may write down what it prints is asked meanwhile.
    const tap = this.#options.tap?.(seatId, name, size);
    const shell = await openShell({ name, size }).catch((error: unknown) => {
      tap?.end();
      throw error;
    });
    if (entry.ended) {
      tap?.end();
      shell.detach();
      throw new AppError(this.#disposed ? 'shutting_down' : 'sandbox_gone', 'ended while its shell was opening');
    }
    const session = new TerminalSession({
      shell,
      size,
      ...(tap && { tap }),
      clock: this.#options.clock,
      spool: shell.held ? this.#spoolOf(seatId, name, shell) : null,
      ...(this.#options.scrollbackBytes && { scrollbackBytes: this.#options.scrollbackBytes }),
      turns: {
        mayAsk: (watcher) => this.#asks.take(watcher.userId, seatId),
        note: (fact) => this.#options.onTurn?.(seatId, name, fact),
      },
      onCommandEnd: (command) => this.#noteCommand(seatId, command),
      onActivity: () => this.#noteActivity(seatId),
      onEnd: () => {
        entry.ended = true;
        this.#forget(entryKey(seatId, name), entry);
      },
    });
    entry.session = session;
    log.info('terminal.opened', { enrollmentId: seatId, shell: name });
    return session;
  }

  #spoolOf(seatId: string, name: string, shell: Shell): Spool | null {
    const { spools } = this.#options;
    const sandboxId = spools?.sandboxOf(seatId) ?? null;
    return sandboxId === null ? null : (spools?.store.open(sandboxId, name, shell) ?? null);
  }

  #sessionsOf(enrollmentId: string): TerminalSession[] {
    const theirs = [...this.#entries.values()].filter((entry) => entry.seatId === enrollmentId);
    return theirs.flatMap((entry) => entry.session ?? []);
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  #noteCommand(enrollmentId: string, command: CommandRecord): void {
    const seat = this.#seat(enrollmentId);
    seat.commands.push(command);
    if (seat.commands.length > MAX_COMMANDS) seat.commands.shift();
    for (const listener of this.#commandListeners) guarded(() => listener(enrollmentId, command));
  }

  #noteActivity(enrollmentId: string): void {
    const seat = this.#seat(enrollmentId);
    const now = this.#options.clock.now().getTime();
    if (now - seat.activeAt < ACTIVITY_EVERY_MS) return;
    seat.activeAt = now;
    for (const listener of this.#activityListeners) guarded(() => listener(enrollmentId));
  }

  #seat(enrollmentId: string): Seat {
    const known = this.#seats.get(enrollmentId);
    if (known) return known;
    const seat: Seat = { commands: [], activeAt: Number.NEGATIVE_INFINITY };
    this.#seats.set(enrollmentId, seat);
    return seat;
  }
}

const entryKey = (seatId: string, shell: string) => `${seatId}/${shell}`;

/** A listener's fault must not cost a student their terminal. */
function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    log.error('terminal.listener_failed', error);
  }
}

import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Shell, ShellExit, Size } from '#server/sandboxes/driver.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { type EndingWarning, FLOW_WINDOW_BYTES, type TerminalEvent } from '#server/shared/protocol.ts';
import { type CommandRecord, CommandTracker } from './command-log.ts';
import { FlowGate, FlowWindow } from './flow-control.ts';
import { ShellIntegrationParser } from './shell-integration.ts';
import { ShellOutput } from './shell-output.ts';
import type { Spool } from './spool/spool.ts';
import { type Person, type TurnDesk, WritingTurns, type WritingTurnsOptions } from './watching/writing-turns.ts';

/** More pages than this on one terminal are no class, but a loop. */
const MAX_VIEWERS = 32;

/** A read this large filled the kernel's buffer of a pty: more is coming. */
const FLOOD_READ_BYTES = 2048;
/** A system call per frame costs more than its bytes: a flood travels in frames of this size. */
const LARGE_FRAME_BYTES = 32 * 1024;

/** What a session needs of a page's connection. Nothing is called after `close`. */
export interface Viewer {
  readonly person: Person;
  /** May take the keyboard; who may not is a watcher. */
  readonly mayWrite: boolean;
  output(bytes: Uint8Array): void;
  event(event: TerminalEvent): void;
  /** Bytes handed over that the network has not taken yet. */
  backlog(): number;
  /** `null`: the shell has ended in the normal way. */
  close(code: ErrorCode | null): void;
}

/** One viewer's end of a session. */
export interface Attachment {
  /** Typed by the page; dropped unless it has the keyboard, or a turn at it. */
  input(data: Uint8Array): void;
  resize(size: Size): void;
  /** False when the page claims to have drawn what it was never sent. */
  acknowledge(offset: number): boolean;
  /** The network took bytes: there may be room for more. */
  drained(): void;
  readonly turn: TurnDesk;
  detach(): void;
}

export type AttachPoint = { since: number | null; terminalId: string | null; size: Size };

/** Hears what a shell prints, for whoever writes it down. Never what is typed. */
export interface OutputTap {
  output(bytes: Uint8Array): void;
  resize(size: Size): void;
  /** A command began. */
  command(line: string): void;
  end(): void;
}

export type SessionOptions = {
  shell: Shell;
  size: Size;
  clock: Clock;
  scrollbackBytes?: number;
  /** Keeps the output for the process after this one, and has what the one before read. */
  spool?: Spool | null;
  tap?: OutputTap;
  turns: Omit<WritingTurnsOptions, 'clock'>;
  onCommandEnd(command: CommandRecord): void;
  /** Keys or output. */
  onActivity(): void;
  onEnd(): void;
};

type Seat = { viewer: Viewer; window: FlowWindow; size: Size };

/**
 * A shell, its newest output and the pages that look at it. Knows no socket.
 * The newest page that may write has the keyboard and sets the size; its drawing alone paces the shell. That stays so
 * while a watcher has a turn to type: only whose keys reach the shell is another's then.
 * Other pages follow from the scrollback, each with its own window, and are let go when they fall out of it.
 */
export class TerminalSession {
  /** New with each shell: an offset means nothing in another terminal. */
  readonly terminalId: string;
  readonly #options: SessionOptions;
  readonly #output: ShellOutput;
  readonly #gate = new FlowGate();
  readonly #parser = new ShellIntegrationParser();
  readonly #tracker: CommandTracker;
  readonly #seats = new Set<Seat>();
  readonly #turns: WritingTurns;
  readonly #subscriptions: Disposable[] = [];
  #writer: Seat | null = null;
  #size: Size;
  #exit: ShellExit | null = null;
  #flushDue = false;
  #flushedTo: number;
  /** What an adopted shell kept was printed earlier, perhaps before anybody was told that it is written down. */
  #tap: OutputTap | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { shell, spool = null, scrollbackBytes } = options;
    this.terminalId = shell.id;
    this.#output = new ShellOutput({ shell, spool, scrollbackBytes });
    this.#flushedTo = this.#output.end;
    this.#tracker = new CommandTracker(options.clock);
    this.#turns = new WritingTurns({ clock: options.clock, ...options.turns });
    this.#size = options.size;
    // Kept output and an exit that has already come are told at once, from inside these two calls.
    this.#subscriptions.push(options.shell.onOutput((data) => this.#take(data)));
    this.#subscriptions.push(options.shell.onExit((exit) => this.#finish(exit)));
    if (this.ended) return;
    this.#tap = options.tap;
    this.#output.save();
  }

  get ended(): boolean {
    return this.#exit !== null;
  }

  /** Whether the shell has told of prompts or commands. */
  get integrated(): boolean {
    return this.#tracker.atPrompt !== null;
  }

  /** Whether a command is known to run. At a prompt it does not; a shell that has said nothing is not counted. */
  get busy(): boolean {
    return !this.ended && this.#tracker.atPrompt === false;
  }

  /** Where the shell says it is; null where it has not said. */
  get cwd(): string | null {
    return this.#tracker.cwd;
  }

  attach(viewer: Viewer, point: AttachPoint): Attachment {
    if (this.#seats.size >= MAX_VIEWERS) throw new AppError('too_many_tries', `${MAX_VIEWERS} pages already`);
    this.#turns.join(viewer);
    const from = this.#resumeAt(point);
    const seat: Seat = { viewer, window: new FlowWindow(from), size: point.size };
    this.#seats.add(seat);
    if (viewer.mayWrite) this.#giveKeyboard(seat);
    viewer.event({
      type: 'attached',
      terminalId: this.terminalId,
      offset: from,
      end: this.#output.end,
      writable: seat === this.#writer,
      size: this.#size,
      company: this.#turns.viewFor(viewer),
    });
    if (this.integrated) viewer.event({ type: 'prompt', atPrompt: this.#tracker.atPrompt });
    this.#pump(seat);
    this.#pace();
    return this.#attachment(seat);
  }

  /** Tells every page; the shell hears nothing of it. */
  warn(warning: EndingWarning): void {
    this.#tellAll({ type: 'notice', warning });
  }

  /** Lets the shell go and tells the pages why. A held shell lives on. */
  end(code: ErrorCode): void {
    if (this.ended) return;
    this.#exit = { exitCode: null, signal: null };
    this.#turns.close();
    for (const seat of [...this.#seats]) this.#drop(seat, code);
    this.#options.shell.detach();
    this.#output.close();
    this.#release();
  }

  #attachment(seat: Seat): Attachment {
    const present = () => this.#seats.has(seat);
    return {
      input: (data) => {
        if (this.ended || !this.#turns.mayType(seat.viewer, seat === this.#writer)) return;
        this.#options.onActivity();
        this.#options.shell.write(data);
      },
      resize: (size) => {
        seat.size = size;
        if (seat === this.#writer) this.#resize(size);
      },
      acknowledge: (offset) => {
        if (!seat.window.acknowledge(offset)) return false;
        if (present()) this.#pump(seat);
        this.#pace();
        return true;
      },
      drained: () => {
        if (present()) this.#pump(seat);
      },
      turn: this.#turns.deskFor(seat.viewer),
      detach: () => this.#leave(seat),
    };
  }

  #take(printed: Uint8Array): void {
    const data = this.#output.take(printed);
    if (data.length === 0) return;
    const before = this.#tracker.atPrompt;
    const tap = this.#tap;
    for (const mark of this.#parser.parse(data)) {
      if (tap && mark.kind === 'command_start') tap.command(this.#tracker.line);
      const command = this.#tracker.take(mark);
      if (command) this.#options.onCommandEnd(command);
    }
    tap?.output(data);
    const { atPrompt } = this.#tracker;
    if (atPrompt !== before) this.#tellAll({ type: 'prompt', atPrompt });
    this.#pace();
    this.#flushSoon();
  }

  /**
   * Reads leave at the end of their turn of the event loop: no timer, so a key's echo does not wait. A flood comes in
   * small reads, one a turn: those are gathered for as long as each turn brings more, up to one large frame.
   */
  #flushSoon(): void {
    if (this.#flushDue) return;
    this.#flushDue = true;
    setImmediate(() => this.#flush(this.#flushedTo));
  }

  #flush(endBefore: number): void {
    const { end } = this.#output;
    const gathered = end - this.#flushedTo;
    if (end > endBefore && gathered >= FLOOD_READ_BYTES && gathered < LARGE_FRAME_BYTES && !this.ended) {
      setImmediate(() => this.#flush(end));
      return;
    }
    this.#flushDue = false;
    this.#flushedTo = end;
    this.#options.onActivity();
    this.#output.save();
    for (const seat of [...this.#seats]) this.#pump(seat);
  }

  /** Sends what the page has room for, and the shell's end after its last byte. */
  #pump(seat: Seat): void {
    const { viewer, window } = seat;
    if (window.sent < this.#output.start) {
      log.info('terminal.viewer_dropped', { terminalId: this.terminalId, writer: seat === this.#writer });
      this.#drop(seat, 'timed_out');
      return;
    }
    const waiting = this.#output.end - window.sent;
    const bytes = Math.min(waiting, window.room, FLOW_WINDOW_BYTES - viewer.backlog());
    if (bytes > 0) {
      viewer.output(this.#output.read(window.sent, window.sent + bytes));
      window.advance(bytes);
    }
    if (this.#exit && window.sent === this.#output.end) {
      viewer.event({ type: 'exit', exitCode: this.#exit.exitCode });
      this.#drop(seat, null);
    }
  }

  #pace(): void {
    const lag = this.#writer ? this.#output.end - this.#writer.window.drawn : 0;
    const action = this.#gate.update(lag);
    if (action && !this.ended) this.#options.shell[action]();
  }

  #resumeAt({ since, terminalId }: AttachPoint): number {
    const { start, end } = this.#output;
    const foreign = terminalId !== null && terminalId !== this.terminalId;
    return since === null || foreign || since > end ? start : Math.max(since, start);
  }

  #giveKeyboard(seat: Seat): void {
    if (this.#writer) this.#writer.viewer.event({ type: 'keyboard', writable: false });
    this.#writer = seat;
    this.#resize(seat.size);
  }

  #resize(size: Size): void {
    if (size.cols === this.#size.cols && size.rows === this.#size.rows) return;
    this.#size = size;
    if (!this.ended) this.#options.shell.resize(size);
    this.#tap?.resize(size);
    for (const seat of this.#seats) if (seat !== this.#writer) seat.viewer.event({ type: 'size', size });
  }

  #tellAll(event: TerminalEvent): void {
    for (const seat of this.#seats) seat.viewer.event(event);
  }

  #drop(seat: Seat, code: ErrorCode | null): void {
    this.#leave(seat);
    seat.viewer.close(code);
  }

  /** The keyboard goes back to the newest of the other pages that may have it. */
  #leave(seat: Seat): void {
    this.#turns.leave(seat.viewer);
    if (!this.#seats.delete(seat) || seat !== this.#writer) return;
    this.#writer = null;
    const heir = this.ended ? undefined : [...this.#seats].findLast((other) => other.viewer.mayWrite);
    if (heir) {
      this.#giveKeyboard(heir);
      heir.viewer.event({ type: 'keyboard', writable: true });
    }
    this.#pace();
  }

  #finish(exit: ShellExit): void {
    this.#exit = exit;
    this.#turns.close();
    this.#output.remove();
    this.#release();
    this.#flushSoon();
  }

  #release(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription[Symbol.dispose]();
    this.#options.tap?.end();
    this.#options.onEnd();
  }
}

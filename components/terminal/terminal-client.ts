import { ALONE, type Company, type TurnEnding } from '#server/shared/company.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import {
  ACK_EVERY_BYTES,
  type EndingWarning,
  MAX_FRAME_BYTES,
  TERMINAL_SUBPROTOCOL,
  type TerminalEvent,
  type TerminalRequest,
  terminalEvent,
} from '#server/shared/protocol.ts';
import { backoffMs } from '../live/backoff.ts';
import { safeJson } from '../live/live-client.ts';
import { Heartbeat } from './heartbeat.ts';

export type TerminalSize = { cols: number; rows: number };

export type TerminalState =
  | { phase: 'connecting' }
  | { phase: 'open'; writable: boolean; latencyMs: number | null }
  /** Broken off; it tries again by itself. `code` when the server said why. */
  | { phase: 'waiting'; code: ErrorCode | null }
  /** Trying again would not help. */
  | { phase: 'refused'; code: ErrorCode }
  | { phase: 'exited'; exitCode: number | null };

export type TerminalClientOptions = {
  url: string;
  shell: string;
  size: TerminalSize;
  onState: (state: TerminalState) => void;
  /** Draws bytes and calls `drawn` when they are on the screen: that is what is acknowledged. */
  onOutput: (bytes: Uint8Array, drawn: () => void) => void;
  /** What is on the screen belongs to another shell, or bytes are missing before what follows: clear it. */
  onRestart: () => void;
  /** Connected again after a break, on the same screen: nothing is missing. */
  onReturn: () => void;
  onPrompt: (atPrompt: boolean | null) => void;
  /** Its sandbox will be taken away. No bytes: what was drawn is not counted. */
  onNotice: (warning: EndingWarning) => void;
  /** The writer's size, which a viewer draws at. */
  onSize: (size: TerminalSize) => void;
  /** Who watches, and whose turn it is to type. Nobody while the wire is broken. */
  onCompany: (company: Company) => void;
  /** Of a watcher's page: what it asked for, or was given, is over. */
  onTurnOver?: (why: TurnEnding) => void;
  random?: () => number;
  heartbeatMs?: number;
};

/** What was drawn is acknowledged after this silence even if it is little. */
const IDLE_ACK_MS = 150;

const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'not_signed_in',
  'not_allowed',
  'not_found',
  'class_closed',
  'foreign_origin',
  'bad_request',
  'bad_frame',
  'frame_too_large',
]);

/** One shell's wire: attaches, resumes without losing or repeating a byte, acknowledges what was drawn. */
export class TerminalClient {
  readonly #options: TerminalClientOptions;
  readonly #encoder = new TextEncoder();
  #size: TerminalSize;
  #socket: WebSocket | null = null;
  #state: TerminalState = { phase: 'connecting' };
  #company: Company = ALONE;
  #terminalId: string | null = null;
  /** Bytes handed on to the screen, drawn by it, and told to the server; all counted since the shell began. */
  #received: number | null = null;
  #drawn = 0;
  #acknowledged = 0;
  /** Where the replay that came with the attaching ends. */
  #replayEnd = 0;
  /** Bumped when the screen is cleared: what was still being drawn no longer counts. */
  #screen = 0;
  #attempt = 0;
  #reason: ErrorCode | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #heartbeat: Heartbeat;
  #disposed = false;

  constructor(options: TerminalClientOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#heartbeat = new Heartbeat({
      everyMs: options.heartbeatMs,
      beat: () => this.#say({ type: 'ping', at: performance.now() }),
      onSilence: () => this.#closed(),
    });
    this.#connect();
  }

  /** Types into the shell. False when it cannot be sent now: nothing is kept to be typed later. */
  type(text: string): boolean {
    const socket = this.#socket;
    if (!socket || !this.#mayType) return false;
    const bytes = this.#encoder.encode(text);
    for (let start = 0; start < bytes.length; start += MAX_FRAME_BYTES)
      socket.send(bytes.subarray(start, start + MAX_FRAME_BYTES));
    return true;
  }

  /** A watcher asks the student for a turn to type. */
  askTurn(): void {
    this.#say({ type: 'ask_turn' });
  }

  /** The student's answer to the question of that id. */
  answerTurn(turnId: string, allow: boolean): void {
    this.#say({ type: 'answer_turn', turnId, allow });
  }

  /** The student takes the keyboard back, or the watcher gives up. */
  endTurn(): void {
    this.#say({ type: 'end_turn' });
  }

  /** True while the screen draws what was printed before: programs' questions in it have been answered already. */
  get replaying(): boolean {
    return this.#drawn < this.#replayEnd;
  }

  resize(size: TerminalSize): void {
    if (size.cols === this.#size.cols && size.rows === this.#size.rows) return;
    this.#size = size;
    if (this.#state.phase === 'open') this.#say({ type: 'resize', size });
  }

  /** Tries at once: the network is back, the sandbox is ready, or the user asked. After an exit it opens a new shell. */
  retryNow(): void {
    if (this.#disposed || this.#state.phase === 'open') return;
    if (this.#state.phase === 'exited') this.#forget();
    this.#attempt = 0;
    clearTimeout(this.#retryTimer);
    if (this.#socket?.readyState !== WebSocket.CONNECTING) this.#connect();
  }

  /** Tries at once if it is between two tries. */
  retryWhenWaiting(): void {
    if (this.#state.phase === 'waiting') this.retryNow();
  }

  /** Whether this page's window sets the shell's size. */
  get mayResize(): boolean {
    return this.#state.phase !== 'open' || this.#state.writable;
  }

  /** Stops trying while there is nothing to connect to; `retryNow` goes on. */
  hold(): void {
    if (this.#disposed || this.#state.phase === 'exited' || this.#state.phase === 'refused') return;
    this.#closed();
    clearTimeout(this.#retryTimer);
  }

  /** The newest page that may write has the keyboard: taking it back is attaching again. */
  takeKeyboard(): void {
    if (this.#state.phase === 'open' && !this.#state.writable) this.#connect();
  }

  dispose(): void {
    this.#disposed = true;
    this.#stopTimers();
    clearTimeout(this.#retryTimer);
    this.#socket?.close(1000);
    this.#socket = null;
  }

  #connect(): void {
    const previous = this.#socket;
    const socket = new WebSocket(this.#options.url, TERMINAL_SUBPROTOCOL);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    previous?.close(1000);
    this.#reason = null;
    if (this.#state.phase !== 'waiting') this.#become({ phase: 'connecting' });
    const ours = () => this.#socket === socket && !this.#disposed;
    socket.addEventListener('open', () => {
      if (!ours()) {
        socket.close(1000);
        return;
      }
      const { shell } = this.#options;
      const resume = this.#terminalId ? { terminalId: this.#terminalId } : {};
      this.#say({ type: 'attach', shell, since: this.#received, size: this.#size, ...resume });
    });
    socket.addEventListener('message', ({ data }) => {
      if (!ours()) return;
      this.#heartbeat.heard();
      if (data instanceof ArrayBuffer) this.#draw(new Uint8Array(data));
      else if (typeof data === 'string') this.#hear(data);
    });
    socket.addEventListener('close', () => ours() && this.#closed());
  }

  #hear(text: string): void {
    const parsed = terminalEvent.safeParse(safeJson(text));
    if (!parsed.success) return;
    const event = parsed.data;
    switch (event.type) {
      case 'attached':
        this.#attached(event);
        return;
      case 'size':
        this.#options.onSize(event.size);
        return;
      case 'prompt':
        this.#options.onPrompt(event.atPrompt);
        return;
      case 'notice':
        this.#options.onNotice(event.warning);
        return;
      case 'keyboard':
        if (this.#state.phase === 'open') this.#become({ ...this.#state, writable: event.writable });
        return;
      case 'pong':
        this.#measured(performance.now() - event.at);
        return;
      case 'company':
        this.#meet({ watchers: event.watchers, turn: event.turn });
        return;
      case 'turn_over':
        this.#options.onTurnOver?.(event.why);
        return;
      case 'exit':
        this.#become({ phase: 'exited', exitCode: event.exitCode });
        this.#socket?.close(1000);
        return;
      case 'error':
        this.#reason = event.code;
        return;
    }
  }

  #attached(event: Extract<TerminalEvent, { type: 'attached' }>): void {
    const otherShell = this.#terminalId !== null && this.#terminalId !== event.terminalId;
    const returns = !otherShell && this.#received === event.offset;
    this.#terminalId = event.terminalId;
    if (!returns) this.#beginAt(event.offset);
    this.#acknowledged = Math.max(event.offset, this.#drawn);
    this.#replayEnd = event.end;
    this.#attempt = 0;
    this.#become({ phase: 'open', writable: event.writable, latencyMs: null });
    this.#meet(event.company);
    if (!event.writable) this.#options.onSize(event.size);
    else if (this.#size.cols !== event.size.cols || this.#size.rows !== event.size.rows)
      this.#say({ type: 'resize', size: this.#size });
    this.#heartbeat.start();
    if (returns) this.#options.onReturn();
  }

  /** The server continues somewhere else than where we stopped. */
  #beginAt(offset: number): void {
    if (this.#received !== null) this.#options.onRestart();
    this.#screen += 1;
    this.#received = offset;
    this.#drawn = offset;
  }

  #forget(): void {
    this.#options.onRestart();
    this.#screen += 1;
    this.#received = null;
    this.#terminalId = null;
    this.#drawn = 0;
  }

  #draw(bytes: Uint8Array): void {
    const end = (this.#received ?? 0) + bytes.length;
    const screen = this.#screen;
    this.#received = end;
    this.#options.onOutput(bytes, () => {
      if (screen !== this.#screen) return;
      this.#drawn = end;
      if (this.#drawn - this.#acknowledged >= ACK_EVERY_BYTES) {
        this.#acknowledge();
        return;
      }
      clearTimeout(this.#ackTimer);
      this.#ackTimer = setTimeout(() => this.#acknowledge(), IDLE_ACK_MS);
    });
  }

  #acknowledge(): void {
    clearTimeout(this.#ackTimer);
    if (this.#drawn <= this.#acknowledged || this.#state.phase !== 'open') return;
    this.#acknowledged = this.#drawn;
    this.#say({ type: 'ack', offset: this.#drawn });
  }

  #measured(latencyMs: number): void {
    if (this.#state.phase === 'open') this.#become({ ...this.#state, latencyMs: Math.max(0, latencyMs) });
  }

  /** The wire is gone, or has been silent for too long. */
  #closed(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
    this.#stopTimers();
    this.#meet(ALONE);
    if (this.#state.phase === 'exited') return;
    if (this.#reason && FINAL.has(this.#reason)) {
      this.#become({ phase: 'refused', code: this.#reason });
      return;
    }
    this.#become({ phase: 'waiting', code: this.#reason });
    const wait = backoffMs(this.#attempt, this.#options.random ?? Math.random);
    this.#attempt += 1;
    this.#retryTimer = setTimeout(() => this.#connect(), wait);
  }

  /** While a watcher has a turn it is theirs alone. */
  get #mayType(): boolean {
    if (this.#state.phase !== 'open') return false;
    const { turn } = this.#company;
    return turn?.phase === 'writing' ? turn.yours : this.#state.writable;
  }

  #meet(company: Company): void {
    if (company === this.#company) return;
    this.#company = company;
    if (!this.#disposed) this.#options.onCompany(company);
  }

  #stopTimers(): void {
    this.#heartbeat.stop();
    clearTimeout(this.#ackTimer);
  }

  #become(state: TerminalState): void {
    this.#state = state;
    if (!this.#disposed) this.#options.onState(state);
  }

  #say(request: TerminalRequest): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
  }
}

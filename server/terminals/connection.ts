import type { RawData, WebSocket } from 'ws';
import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { MAX_FRAME_BYTES, type TerminalEvent, type TerminalRequest, terminalRequest } from '#server/shared/protocol.ts';
import { frameBytes, frameJson, refusalOf, refuseSocket } from '#server/sockets.ts';
import type { Attachment, Viewer } from './terminal-session.ts';
import type { Person } from './watching/writing-turns.ts';

/** A page asks for its terminal in its first breath. */
const ATTACH_WITHIN_MS = 10_000;
/** The WebSocket close code of a shell that has ended in the normal way. */
const CLOSE_NORMAL = 1000;

export type AttachFrame = Extract<TerminalRequest, { type: 'attach' }>;

export type ConnectionOptions = {
  socket: WebSocket;
  clock: Clock;
  /** Whose page it is, and may it write? Rejects when it may not even look. */
  authorized: Promise<{ person: Person; mayWrite: boolean }>;
  /** Called once, after the page was authorized and has asked. */
  join(viewer: Viewer, frame: AttachFrame): Promise<Attachment>;
};

/** One WebSocket: turns frames into calls on a session and back, and refuses all that is out of turn. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #deadline: Disposable;
  #asked = false;
  #attachment: Attachment | null = null;
  /** What the page did between asking and getting. */
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #size: AttachFrame['size'] | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { socket, clock } = options;
    this.#deadline = clock.after(ATTACH_WITHIN_MS, () => {
      if (!this.#asked) this.#refuse('timed_out');
    });
    socket.on('error', (error) => log.debug('terminal.socket_error', { reason: error.message }));
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => this.#leave());
    options.authorized.catch((error: unknown) => this.#refuse(refusalOf(error, 'terminal.authorize_failed')));
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#open) return;
    try {
      const bytes = frameBytes(data);
      if (bytes.length > MAX_FRAME_BYTES) throw new AppError('frame_too_large', `${bytes.length} bytes`);
      if (isBinary) this.#type(bytes);
      else this.#obey(parse(data));
    } catch (error) {
      this.#refuse(refusalOf(error, 'terminal.frame_failed'));
    }
  }

  #type(bytes: Buffer): void {
    if (!this.#asked) throw new AppError('bad_frame', 'typed before it asked for a terminal');
    if (this.#attachment) {
      this.#attachment.input(bytes);
      return;
    }
    this.#earlyBytes += bytes.length;
    if (this.#earlyBytes > MAX_FRAME_BYTES)
      throw new AppError('frame_too_large', 'typed too much before the shell came');
    this.#early.push(bytes);
  }

  #obey(request: TerminalRequest): void {
    if (request.type === 'attach') {
      if (this.#asked) throw new AppError('bad_frame', 'asked for a terminal twice');
      this.#asked = true;
      void this.#attach(request);
      return;
    }
    if (!this.#asked) throw new AppError('bad_frame', `${request.type} before attach`);
    switch (request.type) {
      case 'resize':
        this.#size = request.size;
        this.#attachment?.resize(request.size);
        return;
      case 'ack':
        if (!this.#attachment?.acknowledge(request.offset)) {
          throw new AppError('bad_frame', `acknowledged ${request.offset}, which was never sent`);
        }
        return;
      case 'ping':
        this.#send({ type: 'pong', at: request.at });
        return;
      case 'ask_turn':
        this.#attachment?.turn.ask();
        return;
      case 'answer_turn':
        this.#attachment?.turn.answer(request.turnId, request.allow);
        return;
      case 'end_turn':
        this.#attachment?.turn.end();
    }
  }

  async #attach(frame: AttachFrame): Promise<void> {
    try {
      const whose = await this.#options.authorized;
      if (!this.#open) return;
      const attachment = await this.#options.join(this.#viewer(whose), frame);
      if (!this.#open) {
        attachment.detach();
        return;
      }
      this.#attachment = attachment;
      if (this.#size) attachment.resize(this.#size);
      for (const bytes of this.#early.splice(0)) this.#type(bytes);
    } catch (error) {
      this.#refuse(refusalOf(error, 'terminal.attach_failed'));
    }
  }

  #viewer({ person, mayWrite }: Pick<Viewer, 'person' | 'mayWrite'>): Viewer {
    const { socket } = this.#options;
    return {
      person,
      mayWrite,
      output: (bytes) => {
        if (this.#open) socket.send(bytes, { binary: true }, () => this.#attachment?.drained());
      },
      event: (event) => this.#send(event),
      backlog: () => socket.bufferedAmount,
      close: (code) => {
        this.#attachment = null;
        if (code) this.#refuse(code);
        else if (this.#open) socket.close(CLOSE_NORMAL);
      },
    };
  }

  get #open(): boolean {
    return this.#options.socket.readyState === this.#options.socket.OPEN;
  }

  #send(event: TerminalEvent): void {
    if (this.#open) this.#options.socket.send(JSON.stringify(event));
  }

  #refuse(code: ErrorCode): void {
    refuseSocket(this.#options.socket, code);
    this.#leave();
  }

  #leave(): void {
    this.#deadline[Symbol.dispose]();
    this.#attachment?.detach();
    this.#attachment = null;
  }
}

function parse(data: RawData): TerminalRequest {
  const parsed = terminalRequest.safeParse(frameJson(data));
  if (!parsed.success) throw new AppError('bad_frame', 'not a terminal request', { cause: parsed.error });
  return parsed.data;
}

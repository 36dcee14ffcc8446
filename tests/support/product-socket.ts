import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';

const frame = z.looseObject({ type: z.string() });
export type Frame = z.infer<typeof frame>;
/** A test that waits longer fails with what it saw. */
const PATIENCE_MS = 20_000;

export type Closing = { code: number; reason: string };

/** A page's WebSocket at a real server: what it was told, what was printed, how it ended. */
export class ProductSocket {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  /** The HTTP status of a refused handshake; null for one that went through. */
  readonly handshake: Promise<number | null>;
  readonly closed: Promise<Closing>;
  output = '';
  readonly #decoder = new TextDecoder();
  readonly #lookers = new Set<() => void>();
  /** Of a terminal: up to where it is drawn. */
  #drawn: number | null = null;

  constructor(url: string, subprotocol: string | undefined, headers: Record<string, string>) {
    this.socket = new WebSocket(url, subprotocol, { headers });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data, isBinary) => {
      if (isBinary) this.#print(data as Buffer);
      else this.#hear(frame.parse(JSON.parse(String(data))));
      for (const look of [...this.#lookers]) look();
    });
    this.handshake = new Promise((resolve) => {
      this.socket.once('open', () => resolve(null));
      this.socket.once('unexpected-response', (_, response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        for (const look of [...this.#lookers]) look();
      });
    });
  }

  #hear(told: Frame): void {
    this.frames.push(told);
    if (told.type === 'attached' && typeof told.offset === 'number') this.#drawn = told.offset;
  }

  /** Told as drawn at once, as a page does: else the server holds the shell up after a while. */
  #print(data: Buffer): void {
    this.output += this.#decoder.decode(data, { stream: true });
    if (this.#drawn === null) return;
    this.#drawn += data.length;
    if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ type: 'ack', offset: this.#drawn }));
    }
  }

  sendWhenOpen(request: object): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(request));
    else this.socket.once('open', () => this.socket.send(JSON.stringify(request)));
  }

  type(text: string): void {
    this.socket.send(Buffer.from(text), { binary: true });
  }

  /** The first frame, past or future, that is as wanted. */
  async told(wanted: (event: Frame) => boolean): Promise<Frame> {
    await this.#until(() => this.frames.some(wanted), 'a frame');
    const found = this.frames.find(wanted);
    if (!found) throw new Error('the frame has vanished');
    return found;
  }

  async attached(): Promise<void> {
    await this.told(({ type }) => type === 'attached');
  }

  async printed(text: string): Promise<void> {
    await this.#until(() => this.output.includes(text), JSON.stringify(text));
  }

  /** Closes it as a page does that is left. */
  async leave(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close(1000);
    await closed;
  }

  #until(isMet: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (why: string) =>
        reject(new Error(`${why} while waiting for ${what}: ${JSON.stringify(this.frames)} ${this.output}`));
      const timer = setTimeout(() => leave(() => giveUp('too late')), PATIENCE_MS);
      const leave = (then: () => void) => {
        clearTimeout(timer);
        this.#lookers.delete(look);
        then();
      };
      const look = () => {
        if (isMet()) leave(resolve);
        else if (this.socket.readyState === WebSocket.CLOSED) leave(() => giveUp('closed'));
      };
      this.#lookers.add(look);
      look();
    });
  }
}

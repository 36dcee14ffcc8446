import { once } from 'node:events';
import { WebSocket } from 'ws';
import { ACK_EVERY_BYTES, TERMINAL_SUBPROTOCOL } from '#server/shared/protocol.ts';

const TAIL_BYTES = 64;
const AGAIN_MS = 250;
const LIMIT_MS = 120_000;
/** The prompt of every shell here: short, and in no output. */
export const PROMPT = 'ready> ';

/** A page that draws nothing, or draws at a set speed: it acknowledges as the browser's client does. */
export class Reader {
  readonly #socket: WebSocket;
  received = 0;
  /** When the screen is done with all that came, by `performance.now()`. */
  drawnAt = 0;
  /** Bytes a second that the screen draws. */
  speed = Number.POSITIVE_INFINITY;
  stalled = false;
  #offset = 0;
  #acknowledged = 0;
  #tail = '';
  #look: (() => void) | null = null;

  constructor(url: string) {
    this.#socket = new WebSocket(url, TERMINAL_SUBPROTOCOL, { perMessageDeflate: false });
    this.#socket.on('message', (data, isBinary) => this.#take(data as Buffer, isBinary));
  }

  /** Attached, with all that was to be shown. */
  static async attach(url: string, student: string, since: number | null = null): Promise<Reader> {
    const reader = new Reader(`${url}?enrollment=${student}`);
    await once(reader.#socket, 'open');
    reader.#socket.send(
      JSON.stringify({ type: 'attach', shell: 'shell-1', since, size: { cols: 100, rows: 30 }, terminalId: null }),
    );
    return reader;
  }

  /** Attached, at a bare bash: the course's own prompt says more about itself than is measured here. */
  static async atPrompt(url: string, student: string): Promise<Reader> {
    const reader = await Reader.attach(url, student);
    const [first, second] = [PROMPT.slice(0, 3), PROMPT.slice(3)];
    await reader.run(`exec env PS1="${first}""${second}" bash --norc --noprofile -i`);
    return reader;
  }

  get offset(): number {
    return this.#offset;
  }

  type(text: string): void {
    this.#socket.send(Buffer.from(text), { binary: true });
  }

  /** Types it and waits until the prompt is back. */
  async run(command: string): Promise<void> {
    this.type(`${command}\r`);
    await this.ends(PROMPT, true);
  }

  /** Ends what runs, however often it must be told: a loop in bash may miss one. */
  async interrupt(): Promise<void> {
    const again = setInterval(() => this.type('\x03'), AGAIN_MS);
    this.type('\x03');
    await this.ends(PROMPT, true).finally(() => clearInterval(again));
  }

  /** Resolves when the output ends so. `anew`: not counting what is there already. */
  ends(text: string, anew = false): Promise<void> {
    if (anew) this.#tail = '';
    return this.until(() => this.#tail.endsWith(text));
  }

  until(isMet: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`never: ${JSON.stringify(this.#tail)}`)), LIMIT_MS);
      this.#look = () => {
        if (!isMet()) return;
        clearTimeout(late);
        this.#look = null;
        resolve();
      };
      this.#look();
    });
  }

  /** Reads nothing more from the network, as a page that hangs. */
  stall(stalled: boolean): void {
    this.stalled = stalled;
    if (stalled) this.#socket.pause();
    else this.#socket.resume();
  }

  async leave(): Promise<void> {
    this.#socket.terminate();
    await once(this.#socket, 'close');
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (!isBinary) {
      const event = JSON.parse(String(data));
      if (event.type === 'attached') this.#offset = this.#acknowledged = event.offset;
      return;
    }
    this.received += data.length;
    this.#offset += data.length;
    this.#tail = (this.#tail + data.toString('latin1', Math.max(0, data.length - TAIL_BYTES))).slice(-TAIL_BYTES);
    this.#draw(this.#offset, data.length);
    this.#look?.();
  }

  #draw(offset: number, bytes: number): void {
    const now = performance.now();
    this.drawnAt = Math.max(now, this.drawnAt) + (bytes / this.speed) * 1000;
    if (this.drawnAt - now < 1) this.#acknowledge(offset);
    else setTimeout(() => this.#acknowledge(offset), this.drawnAt - now);
  }

  #acknowledge(offset: number): void {
    if (offset - this.#acknowledged < ACK_EVERY_BYTES || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#acknowledged = offset;
    this.#socket.send(JSON.stringify({ type: 'ack', offset }));
  }
}

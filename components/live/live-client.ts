import { LIVE_SUBPROTOCOL, type LiveEvent, type LiveRequest, liveEvent } from '#server/shared/protocol.ts';
import { backoffMs } from './backoff.ts';

export type LiveClientOptions = {
  url: string;
  /** Sent first on every connection: after a break the server tells the whole state again. */
  watch: LiveRequest;
  onEvent: (event: LiveEvent) => void;
  onConnected: (connected: boolean) => void;
  random?: () => number;
};

/** Refusals that another try would not change. */
const FINAL = new Set(['not_signed_in', 'not_allowed', 'not_found', 'bad_frame', 'bad_request', 'foreign_origin']);

/** Facts from the server as they happen. Reconnects by itself until it is disposed. */
export class LiveClient {
  readonly #options: LiveClientOptions;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #ended = false;
  /** The newest `at_step`: said again after a break. */
  #place: LiveRequest | null = null;

  constructor(options: LiveClientOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Sends now or not at all, but the place of the student is remembered. */
  send(request: LiveRequest): void {
    if (request.type === 'at_step') this.#place = request;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
  }

  retryNow(): void {
    if (this.#ended || this.#socket) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  dispose(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
  }

  #connect(): void {
    const socket = new WebSocket(this.#options.url, LIVE_SUBPROTOCOL);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      if (this.#ended) {
        socket.close(1000);
        return;
      }
      this.send(this.#options.watch);
      if (this.#place) this.send(this.#place);
      this.#options.onConnected(true);
    });
    socket.addEventListener('message', (message) => this.#take(message.data));
    socket.addEventListener('close', () => this.#closed());
  }

  #take(data: unknown): void {
    const event = parseEvent(data);
    if (!event || this.#ended) return;
    this.#attempt = 0;
    if (event.type === 'error' && FINAL.has(event.code)) this.#ended = true;
    this.#options.onEvent(event);
  }

  #closed(): void {
    this.#socket = null;
    if (this.#ended) return;
    this.#options.onConnected(false);
    const wait = backoffMs(this.#attempt, this.#options.random ?? Math.random);
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#connect(), wait);
  }
}

/** A newer server may say things this page does not know: they are left out. */
function parseEvent(data: unknown): LiveEvent | null {
  if (typeof data !== 'string') return null;
  const parsed = liveEvent.safeParse(safeJson(data));
  return parsed.success ? parsed.data : null;
}

export function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

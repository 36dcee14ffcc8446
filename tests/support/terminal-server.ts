import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type Clock, systemClock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import type { Shell } from '#server/sandboxes/driver.ts';
import {
  ACK_EVERY_BYTES,
  MAX_FRAME_BYTES,
  TERMINAL_SUBPROTOCOL,
  type TerminalEvent,
  type TerminalRequest,
  terminalEvent,
} from '#server/shared/protocol.ts';
import {
  createTerminalDoor,
  type OpenShellRequest,
  type TerminalDoorOptions,
  type TerminalGrant,
} from '#server/terminals/door.ts';
import {
  createTerminalRegistry,
  type TerminalRegistry,
  type TerminalRegistryOptions,
} from '#server/terminals/registry.ts';

const TAIL_BYTES = 4096;
export const SIZE = { cols: 80, rows: 24 };

export type TerminalServer = {
  url: string;
  registry: TerminalRegistry;
  opened: OpenShellRequest[];
  [Symbol.asyncDispose](): Promise<void>;
};

export type TerminalServerOptions = {
  openShell(request: OpenShellRequest): Promise<Shell> | Shell;
  authorize?(request: IncomingMessage, url: URL): Promise<TerminalGrant>;
  clock?: Clock;
  scrollbackBytes?: number;
  spools?: TerminalRegistryOptions['spools'];
  tap?: TerminalRegistryOptions['tap'];
  onTurn?: TerminalRegistryOptions['onTurn'];
  watch?: TerminalDoorOptions['watch'];
};

/** A real HTTP server with the terminal door on it. Who asks with `?view` watches, as `?name`; `foreign` is refused. */
export async function startTerminalServer(options: TerminalServerOptions): Promise<TerminalServer> {
  const clock = options.clock ?? systemClock;
  const registry = createTerminalRegistry({
    clock,
    ...(options.scrollbackBytes && { scrollbackBytes: options.scrollbackBytes }),
    ...(options.spools && { spools: options.spools }),
    ...(options.tap && { tap: options.tap }),
    ...(options.onTurn && { onTurn: options.onTurn }),
  });
  const opened: OpenShellRequest[] = [];
  const door = createTerminalDoor({
    registry,
    clock,
    authorize: options.authorize ?? authorizeByQuery,
    openShell: async (request) => {
      opened.push(request);
      return options.openShell(request);
    },
    watch: options.watch ?? (async () => ({ [Symbol.dispose]: () => undefined })),
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 4 * MAX_FRAME_BYTES,
    handleProtocols: () => TERMINAL_SUBPROTOCOL,
  });
  const http = createServer();
  http.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (ws) => door.handle(ws, request)),
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/ws/terminal`,
    registry,
    opened,
    async [Symbol.asyncDispose]() {
      await registry.dispose();
      door.dispose();
      http.close();
      await once(http, 'close');
    },
  };
}

async function authorizeByQuery(_: IncomingMessage, url: URL): Promise<TerminalGrant> {
  const enrollmentId = url.searchParams.get('enrollment') ?? '';
  if (enrollmentId === 'foreign') throw new AppError('not_allowed', 'not theirs');
  const name = url.searchParams.get('name') ?? enrollmentId;
  return { enrollmentId, courseId: 'course', person: { userId: name, name }, mayWrite: !url.searchParams.has('view') };
}

/** A page: keeps what it drew, acknowledges as a browser does unless told not to. */
export class Page {
  readonly socket: WebSocket;
  readonly events: TerminalEvent[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Offset of the next byte to come. */
  offset = 0;
  bytes = Buffer.alloc(0);
  received = 0;
  draws = true;
  /** When false, only the newest few kilobytes are kept. */
  keeps = true;
  #acknowledged = 0;
  readonly #waiters = new Set<() => void>();

  constructor(url: string) {
    this.socket = new WebSocket(url, TERMINAL_SUBPROTOCOL);
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
    this.socket.on('message', (data, isBinary) => {
      if (isBinary) this.#take(data as Buffer);
      else this.#hear(terminalEvent.parse(JSON.parse(String(data))));
      this.#wake();
    });
  }

  static async open(server: TerminalServer, query = 'enrollment=ada'): Promise<Page> {
    const page = new Page(`${server.url}?${query}`);
    await once(page.socket, 'open');
    return page;
  }

  static async attach(
    server: TerminalServer,
    options: { query?: string; since?: number | null; terminalId?: string; shell?: string; size?: typeof SIZE } = {},
  ): Promise<Page> {
    const page = await Page.open(server, options.query);
    const { since = null, shell = 'shell-1', size = SIZE, terminalId } = options;
    page.send({ type: 'attach', shell, since, size, ...(terminalId && { terminalId }) });
    await page.event('attached');
    return page;
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  send(request: TerminalRequest): void {
    this.socket.send(JSON.stringify(request));
  }

  type(text: string): void {
    this.socket.send(Buffer.from(text), { binary: true });
  }

  /** Resolves as soon as the condition holds; rejects when the socket closes first. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (condition()) {
          this.#waiters.delete(look);
          resolve();
        } else if (this.socket.readyState === WebSocket.CLOSED) {
          this.#waiters.delete(look);
          reject(new Error(`closed while waiting; events: ${JSON.stringify(this.events)}`));
        }
      };
      this.#waiters.add(look);
      look();
    });
  }

  sees(text: string): Promise<void> {
    return this.until(() => this.bytes.includes(text));
  }

  async event<T extends TerminalEvent['type']>(type: T): Promise<Extract<TerminalEvent, { type: T }>> {
    const found = () => this.events.findLast((event) => event.type === type);
    await this.until(() => found() !== undefined);
    return found() as Extract<TerminalEvent, { type: T }>;
  }

  async drop(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }

  acknowledge(): void {
    this.#acknowledged = this.offset;
    if (this.socket.readyState === WebSocket.OPEN) this.send({ type: 'ack', offset: this.offset });
  }

  #take(data: Buffer): void {
    const kept = Buffer.concat([this.bytes, data]);
    this.bytes = this.keeps ? kept : kept.subarray(-TAIL_BYTES);
    this.received += data.length;
    this.offset += data.length;
    if (this.draws && this.offset - this.#acknowledged >= ACK_EVERY_BYTES) this.acknowledge();
  }

  #hear(event: TerminalEvent): void {
    this.events.push(event);
    if (event.type !== 'attached') return;
    this.offset = event.offset;
    this.#acknowledged = event.offset;
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }
}

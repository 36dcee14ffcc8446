import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type Clock, systemClock } from '#server/clock.ts';
import { createLiveDoor, type LiveDoorOptions } from '#server/live/door.ts';
import { createLiveHub, type LiveHub } from '#server/live/hub.ts';
import {
  LIVE_SUBPROTOCOL,
  type LiveEvent,
  type LiveRequest,
  liveEvent,
  MAX_FRAME_BYTES,
} from '#server/shared/protocol.ts';

export type LiveServer = { url: string; hub: LiveHub; [Symbol.asyncDispose](): Promise<void> };

/** A real HTTP server with the live door on it; the actor is the `user` of the query. */
export async function startLiveServer(
  options: Partial<LiveDoorOptions<string>> & { clock?: Clock } = {},
): Promise<LiveServer> {
  const hub = createLiveHub();
  const door = createLiveDoor<string>({
    hub,
    clock: systemClock,
    authorize: async (_, url) => url.searchParams.get('user') ?? '',
    mayWatch: async () => ({ topics: [], presence: null }),
    initial: async () => [],
    onAtStep: async () => undefined,
    ...options,
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 4 * MAX_FRAME_BYTES,
    handleProtocols: () => LIVE_SUBPROTOCOL,
  });
  const http = createServer();
  http.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (ws) => door.handle(ws, request)),
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/ws/live`,
    hub,
    async [Symbol.asyncDispose]() {
      door.dispose();
      http.close();
      await once(http, 'close');
    },
  };
}

export class Dashboard {
  readonly socket: WebSocket;
  readonly events: LiveEvent[] = [];
  readonly closed: Promise<number>;
  readonly #waiters = new Set<() => void>();

  constructor(url: string) {
    this.socket = new WebSocket(url, LIVE_SUBPROTOCOL);
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
    this.socket.on('message', (data) => {
      this.events.push(liveEvent.parse(JSON.parse(String(data))));
      this.#wake();
    });
  }

  static async open(server: LiveServer, user = 'ada'): Promise<Dashboard> {
    const dashboard = new Dashboard(`${server.url}?user=${user}`);
    await once(dashboard.socket, 'open');
    return dashboard;
  }

  send(request: LiveRequest): void {
    this.socket.send(JSON.stringify(request));
  }

  until(condition: (events: LiveEvent[]) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const met = condition(this.events);
        if (!met && this.socket.readyState !== WebSocket.CLOSED) return;
        this.#waiters.delete(look);
        if (met) resolve();
        else reject(new Error(`closed while waiting; events: ${JSON.stringify(this.events)}`));
      };
      this.#waiters.add(look);
      look();
    });
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }
}

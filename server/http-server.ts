import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import next from 'next';
import { type WebSocket, WebSocketServer } from 'ws';
import { log } from './log.ts';
import { isSameOrigin } from './origin.ts';
import type { PreviewDoor } from './preview/gateway.ts';
import { MAX_FRAME_BYTES } from './shared/protocol.ts';

/** One WebSocket door: what happens on a path once the handshake is done. */
export type Door = { path: string; subprotocol: string; handle(socket: WebSocket, request: IncomingMessage): void };

export type HttpServerOptions = {
  host: string;
  port: number;
  /** The configured public address; its origin is accepted beside the one the browser used. */
  publicUrl: string | null;
  trustProxy: boolean;
  root: string;
  development: boolean;
  doors: readonly Door[];
  /** What students' sandboxes serve; left out: nothing of it is shown. */
  preview?: PreviewDoor;
  /** A second port for previews alone. */
  previewPort?: number | null;
};

export type RunningServer = {
  port: number;
  /** Nobody new comes in: a page that reconnects by itself would be the last to go, and come again. */
  stopListening(): void;
  /** Ends what is still open. */
  close(): Promise<void>;
};

/** Gigabytes over a slow line. */
const LONGEST_REQUEST_MS = 2 * 3_600_000;

/** Says to Next and to the rate limits which address a request came from; what a client claims is overwritten. */
const ADDRESS_HEADER = 'x-chapterhouse-address';

/** Next's pages and our WebSocket doors on one port. */
export async function startHttpServer(options: HttpServerOptions): Promise<RunningServer> {
  // Next would attach its own upgrade listener and end sockets whose path it does not know; it gets a dummy instead.
  const nextUpgrades = new EventEmitter();
  const app = next({
    dev: options.development,
    dir: options.root,
    hostname: options.host,
    port: options.port,
    // Next only ever calls `on('upgrade')` on it.
    httpServer: nextUpgrades as Server,
  });
  await app.prepare();
  const handle = app.getRequestHandler();
  // An admin's archive of images is long; headers have Node's own, short, limit.
  const server = createServer(
    { requestTimeout: LONGEST_REQUEST_MS },
    (request: IncomingMessage, response: ServerResponse) => {
      if (options.preview?.claims(request)) {
        options.preview.handle(request, response);
        return;
      }
      if (!hasReadablePath(request)) {
        response.writeHead(400).end();
        return;
      }
      request.headers[ADDRESS_HEADER] = clientAddress(request, options.trustProxy);
      handle(request, response).catch((error: unknown) => {
        log.error('http.request_failed', error, { path: request.url?.split('?')[0] });
        if (!response.headersSent) response.writeHead(500).end();
      });
    },
  );
  const router = createUpgradeRouter({ ...options, nextUpgrades });
  server.on('upgrade', router.upgrade);
  await listen(server, options);
  const second = await startPreviewServer(options, router.track);
  // Listening on TCP: the address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | null = null;
  const stopListening = () => {
    router.stop();
    second?.close();
    closed ??= new Promise((resolve) => server.close(() => resolve()));
  };
  return {
    port,
    stopListening,
    async close() {
      stopListening();
      server.closeAllConnections();
      second?.closeAllConnections();
      router.endAll();
      await closed;
      await app.close();
    },
  };
}

type UpgradeOptions = Pick<HttpServerOptions, 'publicUrl' | 'trustProxy' | 'development' | 'doors' | 'preview'> & {
  nextUpgrades: EventEmitter;
};

function createUpgradeRouter(options: UpgradeOptions) {
  const sockets = new WebSocketServer({
    noServer: true,
    // Above our own limit, so that a frame somewhat too long is refused in our words and not the library's.
    maxPayload: 4 * MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => options.doors.find((door) => offered.has(door.subprotocol))?.subprotocol ?? false,
  });
  /** Node counts them to the server's connections, and does not end them with the others. */
  const upgraded = new Set<Duplex>();
  let isStopping = false;
  const track = (socket: Duplex) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.on('error', (error) => log.debug('http.upgrade_socket_error', { reason: error.message }));
  };
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    track(socket);
    const path = request.url?.split('?')[0] ?? '';
    const door = options.doors.find((candidate) => candidate.path === path);
    if (isStopping) {
      refuse(socket, 503, 'Service Unavailable');
      return;
    }
    if (options.preview?.claims(request)) {
      options.preview.upgrade(request, socket, head);
      return;
    }
    if (!door) {
      if (options.development && path.startsWith('/_next/'))
        options.nextUpgrades.emit('upgrade', request, socket, head);
      else refuse(socket, 404, 'Not Found');
      return;
    }
    if (!isSameOrigin(request.headers, options)) {
      log.warn('http.foreign_origin', { path, origin: request.headers.origin });
      refuse(socket, 403, 'Forbidden');
      return;
    }
    if (!offers(request, door.subprotocol)) {
      refuse(socket, 400, 'Bad Request');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => door.handle(ws, request));
  };
  const stop = () => {
    isStopping = true;
  };
  const endAll = () => {
    for (const socket of upgraded) socket.destroy();
  };
  return { upgrade, track, stop, endAll };
}

/** Where no wildcard name is to be had: a port on which there is nothing but previews. */
async function startPreviewServer(
  { host, preview, previewPort = null }: HttpServerOptions,
  track: (socket: Duplex) => void,
): Promise<Server | null> {
  if (preview === undefined || previewPort === null) return null;
  const server = createServer((request, response) => preview.handle(request, response));
  server.on('upgrade', (request, socket, head) => {
    track(socket);
    preview.upgrade(request, socket, head);
  });
  await listen(server, { host, port: previewPort });
  return server;
}

/** A `%` that encodes nothing: Next would answer it as a fault of its own. */
function hasReadablePath({ url = '/' }: IncomingMessage): boolean {
  try {
    decodeURIComponent(url.split('?')[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

function offers(request: IncomingMessage, subprotocol: string): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === subprotocol);
}

function refuse(socket: Duplex, status: number, words: string): void {
  socket.end(`HTTP/1.1 ${status} ${words}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function clientAddress(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = request.headers['x-forwarded-for'];
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)?.trim();
  return (trustProxy && last) || request.socket.remoteAddress || 'unknown';
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

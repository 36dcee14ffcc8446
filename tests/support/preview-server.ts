import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '#server/clock.ts';
import { createFaultPage } from '#server/compose-previews.ts';
import { PreviewGateway } from '#server/preview/gateway.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { BubblewrapDriver } from '#server/sandboxes/drivers/bubblewrap/bubblewrap-driver.ts';
import type { SandboxPhase, SandboxView } from '#server/shared/protocol.ts';

/** What the platform's cookies would be, and what must never be seen by a student's server. */
export const PLATFORM_COOKIE = 'chapterhouse.session_token=platform-secret';

const LIMITS = { memoryMiB: 256, cpus: 1, pids: 64, diskMiB: 256 };

export type Answered = { status: number; headers: IncomingMessage['headers']; text: string };
type Asked = { method?: string; headers?: Record<string, string>; body?: string };

export async function startPreviewServer({ secondPort = false } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ch-preview-'));
  const driver = new BubblewrapDriver({ dataDir: path.join(folder, 'boxes'), shellIntegration: null, network: true });
  const sandbox = await driver.create({ sandboxId: 'preview', courseId: 'c', limits: LIMITS });
  const found: { sandbox: Sandbox | null; phase: SandboxPhase; touched: number } = {
    sandbox,
    phase: 'ready',
    touched: 0,
  };
  const http = createServer((asking, answer) => {
    if (secondPort || gateway.claims(asking)) gateway.handle(asking, answer);
    else answer.end('the platform');
  });
  http.on('upgrade', (asking, socket, head) => gateway.upgrade(asking, socket, head));
  const port = await listening(http);
  const gateway = new PreviewGateway({
    settings: { host: secondPort ? null : 'previews.test', port: secondPort ? port : null },
    secret: 'a secret of tests',
    publicUrl: null,
    trustProxy: false,
    clock: systemClock,
    sandboxes: {
      find: () => found.sandbox,
      view: () => ({ phase: found.phase }) as SandboxView,
      touch: () => {
        found.touched += 1;
      },
    },
    faultPage: createFaultPage(),
  });
  const site = `http://lab.test:${port}`;

  const ask = (host: string, where: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const sent = { host, ...headers };
      const asking = request({ port, path: where, method, headers: sent, agent: false }, async (answer) => {
        let text = '';
        for await (const chunk of answer.setEncoding('utf8')) text += chunk;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
      });
      asking.once('error', reject);
      asking.end(body);
    });

  return {
    port,
    site,
    found,
    gateway,
    ask,
    /** A ticket's address, for a seat and a port of it. */
    ticket(to: { port: number; seat?: string; isOwn?: boolean; language?: string; may?: () => Promise<void> }): URL {
      const { seat = 'ada', isOwn = true, language = 'en', may = async () => undefined } = to;
      return new URL(gateway.open({ seatId: seat, port: to.port, site, language, isOwn, ask: may }));
    },
    /** Goes through the ticket as a browser does; what it is then asked with. */
    async enter(url: URL): Promise<{ host: string; cookie: string }> {
      const { status, headers } = await ask(url.host, url.pathname + url.search);
      if (status !== 303) throw new Error(`the ticket was not taken: ${status}`);
      return { host: url.host, cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
    },
    socket(host: string, headers: Record<string, string>): WebSocket {
      return new WebSocket(`ws://127.0.0.1:${port}/socket`, { headers: { host, ...headers } });
    },
    async [Symbol.asyncDispose]() {
      gateway.dispose();
      http.closeAllConnections();
      http.close();
      await sandbox.destroy();
      await driver.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a student might write: tells what it was asked, streams, sets cookies, and echoes on a WebSocket. */
export async function startStudentServer() {
  const asked: IncomingMessage[] = [];
  const later = Promise.withResolvers<void>();
  const http = createServer(async (asking, answer) => {
    asked.push(asking);
    if (asking.url === '/stream') {
      answer.write('first');
      await later.promise;
      answer.end(' last');
      return;
    }
    if (asking.url === '/cookies') answer.setHeader('set-cookie', ['own=1; Domain=previews.test', PLATFORM_COOKIE]);
    let body = '';
    for await (const chunk of asking.setEncoding('utf8')) body += chunk;
    answer.setHeader('content-type', 'text/plain');
    answer.end(`hello ${asking.method} ${asking.url} ${body}`);
  });
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket, asking) => {
    asked.push(asking);
    socket.on('message', (data) => socket.send(`echo ${data}`));
  });
  const port = await listening(http);
  return {
    port,
    asked,
    /** Lets `/stream` go on. */
    goOn: later.resolve,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      http.close();
    },
  };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '#server/errors.ts';
import type { Forwarding } from './forward-request.ts';
import { guardIdle } from './idle-guard.ts';
import { requestHeaders, responseHeaders } from './preview-headers.ts';
import { asSocket } from './preview-lines.ts';

const HANDSHAKE_MS = 20_000;
const SILENCE_MS = 60 * 60_000;
/** Whether whoever opened it still may is asked this often while it is open. */
const ASK_AGAIN_MS = 30_000;

export type UpgradeForwarding = Forwarding & { socket: Duplex; head: Buffer };

/** Passes a WebSocket's handshake on, and then its bytes both ways. Rejects when no answer came. */
export async function forwardUpgrade(forwarding: UpgradeForwarding): Promise<void> {
  const { socket, head, target, lines } = forwarding;
  // Counted with the requests; it has a connection of its own.
  const line = lines.take(target);
  socket.once('close', () => line[Symbol.dispose]());
  try {
    const stream = asSocket(await target.dial());
    socket.once('close', () => stream.destroy());
    // It went away meanwhile.
    if (socket.destroyed) stream.destroy();
    const { answer, upgraded } = await handshake(forwarding, stream);
    if (upgraded === null) {
      socket.write(
        headText(answer, { ...responseHeaders(answer.headers, forwarding.grant.isShared), connection: 'close' }),
      );
      answer.pipe(socket);
      return;
    }
    join(forwarding, { upgraded: upgraded.stream, answer });
    if (upgraded.early.length > 0) socket.write(upgraded.early);
    if (head.length > 0) upgraded.stream.write(head);
  } catch (error) {
    line[Symbol.dispose]();
    throw error;
  }
}

type Handshake = { answer: IncomingMessage; upgraded: { stream: Duplex; early: Buffer } | null };

function handshake({ request, grant }: UpgradeForwarding, stream: Duplex): Promise<Handshake> {
  const headers = {
    ...requestHeaders(request.headers, grant),
    connection: 'Upgrade',
    upgrade: request.headers.upgrade ?? 'websocket',
  };
  const signal = AbortSignal.timeout(HANDSHAKE_MS);
  return new Promise((resolve, reject) => {
    const upstream = httpRequest({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers,
      setHost: false,
      createConnection: () => stream,
    });
    const late = () => upstream.destroy(new AppError('timed_out', `port ${grant.port} is silent`));
    signal.addEventListener('abort', late);
    const settle = () => signal.removeEventListener('abort', late);
    upstream.once('response', (answer) => {
      settle();
      resolve({ answer, upgraded: null });
    });
    upstream.once('upgrade', (answer, upgraded, early) => {
      settle();
      resolve({ answer, upgraded: { stream: upgraded, early } });
    });
    upstream.on('error', (error) => {
      settle();
      reject(error instanceof AppError ? error : new AppError('port_no_http', 'no handshake', { cause: error }));
    });
    upstream.once('close', () => reject(new AppError('port_no_http', 'the connection ended without an answer')));
    upstream.end();
  });
}

function join(
  { socket, grant, clock }: UpgradeForwarding,
  joined: { upgraded: Duplex; answer: IncomingMessage },
): void {
  const { upgraded, answer } = joined;
  const headers = responseHeaders(answer.headers, grant.isShared);
  socket.write(headText(answer, { ...headers, connection: 'Upgrade', upgrade: answer.headers.upgrade ?? 'websocket' }));
  const endBoth = () => {
    socket.destroy();
    upgraded.destroy();
  };
  const guard = guardIdle(clock, { ms: SILENCE_MS, onIdle: endBoth });
  const asking = clock.every(ASK_AGAIN_MS, () => void grant.ask().catch(endBoth));
  for (const side of [socket, upgraded]) {
    side.on('error', endBoth);
    side.on('data', guard.touch);
    side.once('close', () => {
      guard[Symbol.dispose]();
      asking[Symbol.dispose]();
      // What came last is still written.
      const other = side === socket ? upgraded : socket;
      other.end(() => other.destroy());
    });
  }
  upgraded.pipe(socket);
  socket.pipe(upgraded);
}

/** Node writes heads for answers to requests only. Its parser let no line break into what is written here. */
function headText({ statusCode = 502, statusMessage = '' }: IncomingMessage, headers: OutgoingHttpHeaders): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}: ${one}`),
  );
  return [`HTTP/1.1 ${statusCode} ${statusMessage}`, ...lines, '', ''].join('\r\n');
}

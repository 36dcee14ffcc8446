import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { log } from '#server/log.ts';
import { askEngine } from './engine-request.ts';
import { forbidden, parseJson, refusalOf } from './refused.ts';
import { execStartBody } from './request-shapes.ts';
import { parseTarget } from './request-target.ts';
import { checked, EXEC_START, type RouteContext } from './routes.ts';

export type Upgrade = {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  context: RouteContext;
  engineSocket: string;
};

/** Bytes of the small request that comes before a command's own. */
const LARGEST_START = 1024;
const START_TIMEOUT_MS = 10_000;
/** How long whoever used a line may take to let go of it after its other end did. */
const LINGER_MS = 30_000;

/** The start of an exec, whose connection then carries its bytes: the one thing that is passed through. */
export function startExec(upgrade: Upgrade): void {
  const { socket } = upgrade;
  socket.on('error', (error) => log.debug('filter.line_broke', { err: error }));
  begin(upgrade).catch((error: unknown) => {
    const refusal = refusalOf(error);
    if (refusal === null) {
      socket.destroy();
      return;
    }
    log.info('filter.refused', { method: upgrade.request.method, ...refusal });
    answerPlainly(socket, refusal.status, JSON.stringify({ message: refusal.message }));
  });
}

async function begin({ request, socket, head, context, engineSocket }: Upgrade): Promise<void> {
  const { path, query } = parseTarget(request.url ?? '');
  const id = EXEC_START.exec(path)?.[1];
  if (request.method !== 'POST' || id === undefined) throw forbidden(`an upgrade of ${request.method} ${path}`);
  if (request.headers.upgrade !== 'tcp' || Object.keys(query).length > 0)
    throw forbidden('an upgrade to anything but tcp');
  checked(execStartBody, parseJson(await startBody(request, socket, head)));
  await context.requireExec(id);
  const asking = askEngine(
    engineSocket,
    { method: 'POST', path: `/exec/${id}/start`, body: { Detach: false, Tty: false } },
    { connection: 'Upgrade', upgrade: 'tcp' },
  );
  socket.once('close', () => asking.destroy());
  await new Promise<void>((resolve, reject) => {
    asking.once('error', reject);
    asking.once('response', async (response) => {
      answerPlainly(socket, response.statusCode ?? 502, await text(response));
      resolve();
    });
    asking.once('upgrade', (response, line: Duplex, early: Buffer) => {
      const type = String(response.headers['content-type'] ?? 'application/vnd.docker.raw-stream');
      socket.write(`HTTP/1.1 101 UPGRADED\r\ncontent-type: ${type}\r\nconnection: Upgrade\r\nupgrade: tcp\r\n\r\n`);
      if (early.length > 0) line.unshift(early);
      join(socket, line);
      resolve();
    });
  });
}

/** Exactly as long as it says: what comes after it is the command's input and stays in the socket. */
async function startBody(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<string> {
  const said = request.headers['content-length'] ?? '';
  const length = /^\d{1,4}$/.test(said) ? Number(said) : Number.NaN;
  const isChunked = request.headers['transfer-encoding'] !== undefined;
  if (isChunked || !(length <= LARGEST_START)) throw forbidden('the start of an exec without a short body');
  if (head.length > 0) socket.unshift(head);
  if (length === 0) return '{}';
  const deadline = setTimeout(() => socket.destroy(), START_TIMEOUT_MS);
  try {
    return (await readExactly(socket, length)).toString('utf8');
  } finally {
    clearTimeout(deadline);
  }
}

function readExactly(socket: Duplex, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const bytes: Buffer | null = socket.read(length);
      if (bytes === null) return;
      settle();
      if (bytes.length === length) resolve(bytes);
      else reject(forbidden('a body that breaks off'));
    };
    const gone = () => {
      settle();
      reject(forbidden('a body that breaks off'));
    };
    const settle = () => {
      socket.removeListener('readable', look);
      socket.removeListener('close', gone);
      socket.removeListener('end', gone);
    };
    socket.on('readable', look);
    socket.once('close', gone);
    socket.once('end', gone);
    look();
  });
}

/** Bytes both ways, each as fast as the other side takes them; each end may be shut alone. */
function join(socket: Duplex, line: Duplex): void {
  line.on('error', (error) => log.debug('filter.line_broke', { err: error }));
  socket.pipe(line);
  line.pipe(socket);
  socket.once('close', () => line.destroy());
  line.once('close', () => {
    // What the command said last may still be on its way.
    if (!line.readableEnded) socket.destroy();
    else setTimeout(() => socket.destroy(), LINGER_MS).unref();
  });
}

function answerPlainly(socket: Duplex, status: number, body: string): void {
  if (socket.destroyed) return;
  const length = Buffer.byteLength(body);
  const head = `HTTP/1.1 ${status} -\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n`;
  socket.end(`${head}connection: close\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

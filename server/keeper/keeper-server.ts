import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { AppError, errorCode, httpStatus } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Engine } from '#server/sandboxes/engine/engine.ts';
import {
  type AnswerOf,
  ARCHIVE_PATH,
  archiveAnswer,
  EVENTS_PATH,
  isMethod,
  type KeeperEvent,
  keeperEvent,
  LARGEST_REQUEST,
  METHODS,
  type Method,
  type RequestOf,
  STILL_PATH,
} from './keeper-contract.ts';
import { serveStill } from './still-requests.ts';
import { listenOnSocket, type SocketAccess } from './unix-socket.ts';

export type KeeperHandlers = { [M in Method]: (request: RequestOf<M>) => Promise<AnswerOf<M>> };

export type KeeperServerOptions = SocketAccess & {
  handlers: KeeperHandlers;
  /** Takes in an archive of images, as it comes; ended early, it is forgotten. */
  loadArchive(archive: Readable, signal: AbortSignal): Promise<string[]>;
  /** Lets a sandbox stand still. */
  holdStill: Engine['holdStill'];
  /** Begins with all there is; then each change. */
  watch(listener: (event: KeeperEvent) => void): Promise<Disposable>;
};

const MAX_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 30_000;
/** A reader this far behind is cut off and begins anew with all there is. */
const MOST_UNSENT = 8 * 1024 ** 2;

/** Answers on a unix socket until disposed. Who may connect is the socket's own rights. */
export async function startKeeperServer(options: KeeperServerOptions): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    serve(request, response, options).catch((error: unknown) => refuse(response, error));
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = 10_000;
  // An archive takes as long as it takes to arrive; any other request is small.
  server.requestTimeout = 0;
  return listenOnSocket(server, options);
}

async function serve(request: IncomingMessage, response: ServerResponse, options: KeeperServerOptions): Promise<void> {
  const { method, url = '' } = request;
  if (method === 'GET' && url === EVENTS_PATH) return sendEvents(response, options);
  if (method !== 'POST') throw new AppError('not_found', 'the keeper knows no such request');
  if (url === ARCHIVE_PATH) return takeArchive(request, response, options);
  if (url.startsWith(`${STILL_PATH}/`)) return serveStill(request, response, options.holdStill);
  const name = url.startsWith('/v1/') ? url.slice('/v1/'.length) : '';
  if (!isMethod(name)) throw new AppError('not_found', 'the keeper knows no such request');
  const asked = METHODS[name].request.safeParse(await readJson(request));
  if (!asked.success) throw new AppError('bad_request', `${name}: ${asked.error.issues[0]?.message ?? 'malformed'}`);
  // The schema of this very name has just let it pass.
  const handler = options.handlers[name] as (request: unknown) => Promise<unknown>;
  send(response, METHODS[name].answer.parse(await handler(asked.data)));
}

async function takeArchive(
  request: IncomingMessage,
  response: ServerResponse,
  { loadArchive }: KeeperServerOptions,
): Promise<void> {
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  // Of its own: whoever is done with it early must not cut the line on which the refusal goes back.
  const archive = new PassThrough();
  request.once('error', (error) => archive.destroy(error));
  request.pipe(archive);
  try {
    send(response, archiveAnswer.parse(await loadArchive(archive, abort.signal)));
  } finally {
    request.unpipe(archive);
    request.resume();
  }
}

async function sendEvents(response: ServerResponse, { watch }: KeeperServerOptions): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const watching = await watch((event) => {
    response.write(`${JSON.stringify(keeperEvent.parse(event))}\n`);
    if (response.writableLength > MOST_UNSENT) response.destroy();
  });
  if (response.destroyed) watching[Symbol.dispose]();
  else response.once('close', () => watching[Symbol.dispose]());
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  const late = setTimeout(() => request.destroy(), REQUEST_TIMEOUT_MS).unref();
  request.once('close', () => clearTimeout(late));
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LARGEST_REQUEST) throw new AppError('frame_too_large', `a body of more than ${LARGEST_REQUEST} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new AppError('bad_request', 'the body is no JSON', { cause });
  }
}

function send(response: ServerResponse, answer: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

function refuse(response: ServerResponse, error: unknown): void {
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'internal') log.error('keeper.request_failed', error);
  else log.info('keeper.refused', { code, message });
  if (response.headersSent || response.destroyed) response.destroy();
  else response.writeHead(httpStatus(code), { connection: 'close' }).end(JSON.stringify({ code, message }));
}

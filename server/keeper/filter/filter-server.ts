import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { log } from '#server/log.ts';
import { listenOnSocket, type SocketAccess } from '../unix-socket.ts';
import { askEngine, engineResponse } from './engine-request.ts';
import { startExec } from './hijack.ts';
import { Ownership } from './ownership.ts';
import { forbidden, parseJson, Refused, refusalOf } from './refused.ts';
import { parseTarget } from './request-target.ts';
import { ROUTES, type RouteContext } from './routes.ts';
import type { SandboxRules } from './sandbox-request.ts';

export type FilterOptions = SocketAccess & {
  /** The engine's own socket, which nobody but the keeper reaches. */
  engineSocket: string;
  installation: string;
  sandboxRules(): Promise<SandboxRules>;
};

/** Bytes: a command with its environment, which the kernel bounds at about this. */
const LARGEST_BODY = 2 * 1024 ** 2;
const MAX_CONNECTIONS = 4096;

/**
 * The engine as the web process may use it: an allow-list. Each request is taken apart, looked at and put together
 * anew; nothing but the bytes of an accepted exec is passed through.
 */
export async function startFilter(options: FilterOptions): Promise<AsyncDisposable> {
  const { engineSocket, installation } = options;
  const ownership = new Ownership({ socketPath: engineSocket, installation });
  const context: RouteContext = {
    installation,
    requireContainer: (id) => ownership.requireContainer(id),
    requireExec: (id) => ownership.requireExec(id),
    sandboxRules: () => options.sandboxRules(),
  };
  const server = createServer((request, response) => {
    serve({ request, response, context, engineSocket }).catch((error: unknown) => refuse(request, response, error));
  });
  server.on('upgrade', (request, socket, head) => startExec({ request, socket, head, context, engineSocket }));
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = 10_000;
  server.requestTimeout = 60_000;
  // A connection that is kept for later must not be cut off just when it is used again.
  server.keepAliveTimeout = 0;
  return listenOnSocket(server, options);
}

type Exchange = { request: IncomingMessage; response: ServerResponse; context: RouteContext; engineSocket: string };

async function serve({ request, response, context, engineSocket }: Exchange): Promise<void> {
  const { path, query } = parseTarget(request.url ?? '');
  const body = await readBody(request);
  const route = ROUTES.find((one) => one.method === request.method && one.path.test(path));
  if (route === undefined) throw forbidden(`${request.method} ${path}`);
  const id = route.path.exec(path)?.[1] ?? '';
  const asking = askEngine(engineSocket, await route.ask({ id, query, body }, context));
  response.once('close', () => response.writableFinished || asking.destroy());
  const answer = await engineResponse(asking);
  const status = answer.statusCode ?? 502;
  if (route.answer !== null && status === 200) {
    response.writeHead(status, JSON_TYPE).end(JSON.stringify(route.answer.parse(await readJson(answer))));
    return;
  }
  response.writeHead(status, { 'content-type': answer.headers['content-type'] ?? 'application/json' });
  response.flushHeaders();
  // Whoever asked may leave in the middle of an answer.
  await pipeline(answer, response).catch((error: unknown) => log.debug('filter.answer_broke', { err: error }));
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Undefined where none was sent. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LARGEST_BODY) throw new Refused(413, 'refused by the keeper: the body is too large');
    chunks.push(chunk);
  }
  return length === 0 ? undefined : parseJson(Buffer.concat(chunks).toString('utf8'));
}

function refuse({ method }: IncomingMessage, response: ServerResponse, error: unknown): void {
  const refusal = refusalOf(error);
  if (refusal === null || response.headersSent) {
    response.destroy();
    return;
  }
  const { status, message } = refusal;
  log.info('filter.refused', { method, status, message });
  if (!response.destroyed)
    response.writeHead(status, { ...JSON_TYPE, connection: 'close' }).end(JSON.stringify({ message }));
}

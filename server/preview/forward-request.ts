import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { guardIdle } from './idle-guard.ts';
import { requestHeaders, responseHeaders } from './preview-headers.ts';
import { asSocket, type PreviewLines, type Target } from './preview-lines.ts';
import type { PreviewGrant } from './preview-sessions.ts';

/** Nothing of a request or its answer moved for so long before the answer began. */
const ANSWER_MS = 60_000;
/** A program may be silent so long in the middle of its answer. */
const SILENCE_MS = 10 * 60_000;

export type Forwarding = {
  request: IncomingMessage;
  grant: PreviewGrant;
  target: Target;
  lines: PreviewLines;
  clock: Clock;
};

/** Passes a request on and its answer back, both as they come. Rejects with `port_closed`, `port_no_http`, `timed_out`. */
export async function forwardRequest(forwarding: Forwarding & { response: ServerResponse }): Promise<void> {
  const { request, response, grant, lines, target, clock } = forwarding;
  using line = lines.take(target);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  using guard = guardIdle(clock, {
    ms: ANSWER_MS,
    onIdle: () => gone.abort(new AppError('timed_out', `port ${grant.port} is silent`)),
  });
  request.on('data', guard.touch);
  const answer = await answerTo(forwarding, { agent: line.agent, signal: gone.signal });
  answer.on('data', guard.touch);
  guard.allow(SILENCE_MS);
  writeHead(response, answer, grant);
  await pipeline(answer, response, { signal: gone.signal });
}

type Asking = { agent: Agent; signal: AbortSignal };

/** A kept connection may have ended the moment it was used: what has no body is asked once more, on a new one. */
async function answerTo(forwarding: Forwarding, { agent, signal }: Asking): Promise<IncomingMessage> {
  const { request, target } = forwarding;
  const first = httpRequest({ ...requestOptions(forwarding), agent, signal });
  try {
    return await begun(first, request);
  } catch (error) {
    if (!first.reusedSocket || hasBody(request) || signal.aborted) throw asRefusal(error, signal);
  }
  const stream = asSocket(await target.dial());
  const again = httpRequest({ ...requestOptions(forwarding), createConnection: () => stream, signal });
  return begun(again, request).catch((error: unknown) => {
    throw asRefusal(error, signal);
  });
}

function requestOptions({ request, grant }: Forwarding) {
  const headers = requestHeaders(request.headers, grant);
  // Said again, as Node frames the body of some methods only then.
  if (request.headers['transfer-encoding']) headers['transfer-encoding'] = 'chunked';
  return { method: request.method ?? 'GET', path: request.url ?? '/', headers, setHost: false };
}

function begun(upstream: ClientRequest, request: IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    upstream.once('response', resolve);
    upstream.on('error', reject);
    upstream.once('close', () => reject(new AppError('port_no_http', 'the connection ended without an answer')));
    if (hasBody(request)) request.pipe(upstream);
    else upstream.end();
  });
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** What a broken conversation means to whoever asked. */
function asRefusal(error: unknown, signal: AbortSignal): unknown {
  if (signal.reason instanceof AppError) return signal.reason;
  if (error instanceof AppError) return error;
  return new AppError('port_no_http', 'no answer in HTTP', { cause: error });
}

function writeHead(response: ServerResponse, answer: IncomingMessage, { isShared }: PreviewGrant): void {
  try {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, responseHeaders(answer.headers, isShared));
  } catch (error) {
    answer.destroy();
    throw new AppError('port_no_http', 'an answer that HTTP does not allow', { cause: error });
  }
}

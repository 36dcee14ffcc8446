import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Refused } from './refused.ts';

/** What the engine is asked: put together here, of values that were looked at. */
export type EngineRequest = {
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
};

/** Begins a request to the engine on a connection of its own; headers are ours alone. */
export function askEngine(
  socketPath: string,
  asked: EngineRequest,
  headers: Record<string, string> = {},
): ClientRequest {
  const query = new URLSearchParams(asked.query).toString();
  const body = asked.body === undefined ? '' : JSON.stringify(asked.body);
  const type: Record<string, string> = body === '' ? {} : { 'content-type': 'application/json' };
  const request = httpRequest({
    method: asked.method,
    path: query === '' ? asked.path : `${asked.path}?${query}`,
    headers: { host: 'docker', 'content-length': String(Buffer.byteLength(body)), ...type, ...headers },
    // Its end of a hijacked connection may be shut before ours.
    createConnection: () => connect({ path: socketPath, allowHalfOpen: true }),
  });
  request.end(body);
  return request;
}

export function engineResponse(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
}

/** A small answer of the engine; its refusal is passed on. */
export async function engineJson(socketPath: string, path: string): Promise<unknown> {
  const response = await engineResponse(askEngine(socketPath, { method: 'GET', path }));
  const answer: unknown = JSON.parse(await text(response));
  if (response.statusCode === 200) return answer;
  const message = typeof answer === 'object' && answer !== null && 'message' in answer ? String(answer.message) : '';
  throw new Refused(response.statusCode ?? 502, message);
}

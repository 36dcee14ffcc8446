import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type Call = {
  socket: string;
  method: string;
  path: string;
  headers?: OutgoingHttpHeaders;
  body?: Buffer | Readable;
  signal?: AbortSignal | undefined;
};
export type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/** Manifests, configurations and lists are small; a registry that answers more is not believed. */
const LARGEST_ANSWER_BYTES = 8 * 1024 ** 2;

/** One HTTP request over a unix socket, answered as a whole. */
export function callSocket({ socket, method, path, headers = {}, body, signal }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: socket, method, path, headers, agent: false, ...(signal ? { signal } : {}) });
    sent.once('error', reject);
    sent.once('response', async (response) => {
      try {
        const chunks: Buffer[] = [];
        let size = 0;
        for await (const chunk of response) {
          size += chunk.length;
          if (size > LARGEST_ANSWER_BYTES) throw new Error(`the registry answered ${path} with too much`);
          chunks.push(chunk);
        }
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      } catch (error) {
        reject(error);
        response.destroy();
      }
    });
    if (body === undefined || Buffer.isBuffer(body)) sent.end(body);
    else pipeline(body, sent).catch(reject);
  });
}

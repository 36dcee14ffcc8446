import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '#server/errors.ts';
import type { Engine } from '#server/sandboxes/engine/engine.ts';
import { containerId, STILL_PATH } from './keeper-contract.ts';

/**
 * `POST /v1/hold_still/<container>`: the answer begins once the container stands still. It runs again when the request's
 * body ends, which ends the answer with whether it stood still until then (`true` or `false`); and when the line breaks.
 */
export async function serveStill(
  request: IncomingMessage,
  response: ServerResponse,
  holdStill: Engine['holdStill'],
): Promise<void> {
  const asked = containerId.safeParse(request.url?.slice(STILL_PATH.length + 1));
  if (!asked.success) throw new AppError('bad_request', 'hold_still: no container');
  const isOver = new Promise<void>((resolve) => {
    request.once('end', resolve);
    response.once('close', resolve);
  });
  request.once('error', () => response.destroy());
  request.resume();
  const still = await holdStill(asked.data);
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  await isOver;
  response.end(JSON.stringify(await still.end()));
}

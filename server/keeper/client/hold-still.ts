import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { AppError } from '#server/errors.ts';
import type { Engine } from '#server/sandboxes/engine/engine.ts';
import { refusal, STILL_PATH } from '../keeper-contract.ts';

/** Lets a sandbox stand still for as long as this request is open: should we die, the keeper lets it run again. */
export async function holdStill(socketPath: string, containerId: string): ReturnType<Engine['holdStill']> {
  const asking = httpRequest({ socketPath, path: `${STILL_PATH}/${containerId}`, method: 'POST', agent: false });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asking.once('response', resolve);
    asking.on('error', reject);
  });
  asking.flushHeaders();
  const response = await answered.catch((cause: unknown) => {
    throw new AppError('engine_down', 'the keeper does not answer', { cause });
  });
  if (response.statusCode !== 200) {
    asking.end();
    const { code, message } = refusal.parse(JSON.parse(await text(response)));
    throw new AppError(code, message);
  }
  const said = text(response).catch(() => 'false');
  return {
    end() {
      asking.end();
      return said.then((word) => word === 'true');
    },
  };
}

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { KeeperClient } from '#server/keeper/client/keeper-client.ts';
import { KEEPER_SOCKET } from '#server/keeper/keeper-contract.ts';

/** A keeper that takes the question for its events, and answers its beginning. */
async function keeperAt(socketPath: string): Promise<{ server: Server; asked: Promise<ServerResponse> }> {
  const { promise: asked, resolve } = Promise.withResolvers<ServerResponse>();
  const server = createServer((_, response) => {
    response.write('{"type":');
    resolve(response);
  });
  await once(server.listen(socketPath), 'listening');
  return { server, asked };
}

test('a keeper that dies in the middle of a word is asked again, and no fault goes uncaught', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keeper-client-'));
  const uncaught = vi.fn();
  process.on('uncaughtException', uncaught);
  const socketPath = path.join(folder, KEEPER_SOCKET);
  const first = await keeperAt(socketPath);
  const client = new KeeperClient(folder);
  onTestFinished(() => {
    client.dispose();
    process.off('uncaughtException', uncaught);
    rmSync(folder, { recursive: true, force: true });
  });
  const response = await first.asked;
  // So that the client is in the middle of it.
  await new Promise((resolve) => setTimeout(resolve, 50));
  response.socket?.destroy();
  first.server.close();
  rmSync(socketPath, { force: true });

  const next = await keeperAt(socketPath);
  onTestFinished(() => void next.server.close());
  (await next.asked).socket?.destroy();
  expect(uncaught).not.toHaveBeenCalled();
});

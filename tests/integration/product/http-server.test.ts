import { once } from 'node:events';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startHttpServer } from '#server/http-server.ts';

const STOPS_WITHIN_MS = 30_000;

async function served() {
  const door = { path: '/ws/test', subprotocol: 'test', handle: () => undefined };
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    trustProxy: false,
    root: path.resolve('.'),
    development: false,
    doors: [door],
  });
  const origin = `http://127.0.0.1:${server.port}`;
  const comes = () => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws/test`, 'test', { origin });
    onTestFinished(() => socket.terminate());
    return socket;
  };
  return { server, comes };
}

test('a socket that nobody closes does not hold up the end of the server', { timeout: STOPS_WITHIN_MS }, async () => {
  const { server, comes } = await served();
  const socket = comes();
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await server.close();
  await closed;
});

test('who comes while it stops is turned away, and who is there stays to the end', async () => {
  const { server, comes } = await served();
  const socket = comes();
  await once(socket, 'open');
  server.stopListening();
  await expect(once(comes(), 'open')).rejects.toThrow('ECONNREFUSED');
  expect(socket.readyState).toBe(WebSocket.OPEN);
  await server.close();
});

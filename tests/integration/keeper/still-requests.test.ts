import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError, errorCode } from '#server/errors.ts';
import { holdStill } from '#server/keeper/client/hold-still.ts';
import { STILL_PATH } from '#server/keeper/keeper-contract.ts';
import { serveStill } from '#server/keeper/still-requests.ts';
import { listenOnSocket } from '#server/keeper/unix-socket.ts';

const ID = 'a'.repeat(64);
const folder = mkdtempSync(path.join(tmpdir(), 'still-'));
const socketPath = path.join(folder, 'keeper.sock');
const end = vi.fn(async () => true);
const hold = vi.fn(async (_containerId: string) => ({ end }));
let server: AsyncDisposable;

beforeEach(async () => {
  vi.clearAllMocks();
  const http = createServer((asked, response) => {
    serveStill(asked, response, hold).catch((error: unknown) => {
      response.writeHead(500, { connection: 'close' }).end(JSON.stringify({ code: errorCode(error), message: 'no' }));
    });
  });
  server = await listenOnSocket(http, { socketPath, groupId: null });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(socketPath, { force: true });
});

test.each([true, false])(
  'a sandbox stands still until that is ended, and whether it did is told: %s',
  async (whole) => {
    end.mockResolvedValueOnce(whole);
    const still = await holdStill(socketPath, ID);
    expect(hold).toHaveBeenCalledExactlyOnceWith(ID);
    expect(end).not.toHaveBeenCalled();
    expect(await still.end()).toBe(whole);
    expect(await still.end()).toBe(whole);
    expect(end).toHaveBeenCalledOnce();
  },
);

test('it runs again when whoever asked for it dies', async () => {
  const asking = request({ socketPath, path: `${STILL_PATH}/${ID}`, method: 'POST', agent: false });
  const answered = new Promise((resolve) => asking.once('response', resolve));
  asking.on('error', () => undefined);
  asking.flushHeaders();
  await answered;
  asking.destroy();
  await vi.waitFor(() => expect(end).toHaveBeenCalledOnce());
});

test('a keeper that dies leaves nobody in the belief that it stood still', async () => {
  const still = await holdStill(socketPath, ID);
  await server[Symbol.asyncDispose]();
  expect(await still.end()).toBe(false);
});

test('a refusal and an absence are told by their codes', async () => {
  hold.mockRejectedValueOnce(new AppError('sandbox_gone', 'no such sandbox'));
  await expect(holdStill(socketPath, ID)).rejects.toMatchObject({ code: 'sandbox_gone' });
  await expect(holdStill(socketPath, '../status')).rejects.toMatchObject({ code: 'bad_request' });
  expect(hold).toHaveBeenCalledOnce();
  await expect(holdStill(path.join(folder, 'nobody.sock'), ID)).rejects.toMatchObject({ code: 'engine_down' });
});

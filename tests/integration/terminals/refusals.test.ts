import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '#server/errors.ts';
import { MAX_FRAME_BYTES } from '#server/shared/protocol.ts';
import { openLocalShell } from '../../support/echo-shell.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ScriptedShell } from '../../support/scripted-shell.ts';
import { Page, SIZE, startTerminalServer, type TerminalServer } from '../../support/terminal-server.ts';

const attach = { type: 'attach', shell: 'shell-1', since: null, size: SIZE } as const;

describe('a frame that is out of turn closes its own socket and nothing else', () => {
  let server: TerminalServer;
  beforeAll(async () => {
    server = await startTerminalServer({ openShell: ({ size }) => openLocalShell(size) });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const cases: [string, (page: Page) => void, string, number][] = [
    ['no JSON', (page) => page.socket.send('{'), 'bad_frame', 4400],
    ['no request of ours', (page) => page.socket.send('{"type":"format_disk"}'), 'bad_frame', 4400],
    ['an unknown key', (page) => page.socket.send(JSON.stringify({ ...attach, root: true })), 'bad_frame', 4400],
    [
      'a shell by another name',
      (page) => page.socket.send(JSON.stringify({ ...attach, shell: '../x' })),
      'bad_frame',
      4400,
    ],
    ['typing before attach', (page) => page.type('ls\r'), 'bad_frame', 4400],
    ['resize before attach', (page) => page.send({ type: 'resize', size: SIZE }), 'bad_frame', 4400],
    ['a text frame too large', (page) => page.socket.send('x'.repeat(MAX_FRAME_BYTES + 1)), 'frame_too_large', 4413],
  ];
  test.each(cases)('%s', async (_, act, code, close) => {
    const page = await Page.open(server);
    act(page);
    expect((await page.closed).code).toBe(close);
    expect(await page.event('error').catch(() => page.events.at(-1))).toEqual({ type: 'error', code });
  });

  const attached: [string, (page: Page) => void, string, number][] = [
    ['a second attach', (page) => page.send(attach), 'bad_frame', 4400],
    [
      'an acknowledgement of what was never sent',
      (page) => page.send({ type: 'ack', offset: 9_999_999 }),
      'bad_frame',
      4400,
    ],
    ['input too large', (page) => page.type('x'.repeat(MAX_FRAME_BYTES + 1)), 'frame_too_large', 4413],
  ];
  test.each(attached)('%s', async (_, act, code, close) => {
    const page = await Page.attach(server);
    act(page);
    expect((await page.closed).code).toBe(close);
    expect(page.events.at(-1)).toEqual({ type: 'error', code });
  });

  test('a frame beyond what the library takes at all', async () => {
    const page = await Page.attach(server);
    page.type('x'.repeat(MAX_FRAME_BYTES * 5));
    expect((await page.closed).code).toBe(1009);
  });

  test('the server goes on serving', async () => {
    const page = await Page.attach(server);
    page.type('echo still-""alive\r');
    await page.sees('still-alive');
  });
});

test('a terminal of someone else is refused and nothing is started', async () => {
  await using server = await startTerminalServer({ openShell: () => new ScriptedShell() });
  const page = await Page.open(server, 'enrollment=foreign');
  page.send(attach);
  expect((await page.closed).code).toBe(4403);
  expect(page.events).toEqual([{ type: 'error', code: 'not_allowed' }]);
  expect(server.opened).toEqual([]);
});

test('nothing is started before the page is authorized', async () => {
  const { promise: answer, reject } = Promise.withResolvers<never>();
  await using server = await startTerminalServer({ openShell: () => new ScriptedShell(), authorize: () => answer });
  const page = await Page.open(server);
  page.send(attach);
  page.send({ type: 'ping', at: 5 });
  await page.event('pong');
  expect(server.opened).toEqual([]);
  reject(new AppError('not_signed_in', 'no session'));
  expect((await page.closed).code).toBe(4401);
  expect(server.opened).toEqual([]);
});

test('a sandbox that cannot be had is told by its code, and the next attach tries again', async () => {
  let full = true;
  await using server = await startTerminalServer({
    openShell: () => {
      if (full) throw new AppError('sandbox_capacity', 'full');
      return new ScriptedShell();
    },
  });
  const page = await Page.open(server);
  page.send(attach);
  expect((await page.closed).code).toBe(4503);
  expect(page.events).toEqual([{ type: 'error', code: 'sandbox_capacity' }]);
  full = false;
  await Page.attach(server);
});

test('a page that never asks is let go after the deadline', async () => {
  const clock = new ManualClock();
  await using server = await startTerminalServer({ openShell: () => new ScriptedShell(), clock });
  const page = await Page.open(server);
  await page.until(() => clock.pending > 1);
  clock.advance(10_000);
  expect((await page.closed).code).toBe(4504);
});

test('a page that no longer answers pings is ended and its shell runs on', async () => {
  const clock = new ManualClock();
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell, clock });
  const alive = await Page.attach(server, { query: 'enrollment=bob' });
  const dead = await Page.attach(server);
  dead.socket.pause();
  const pinged = new Promise((resolve) => alive.socket.once('ping', resolve));
  clock.advance(20_000);
  await pinged;
  alive.send({ type: 'ping', at: 1 });
  await alive.event('pong');
  clock.advance(20_000);
  dead.socket.resume();
  expect((await dead.closed).code).toBe(1006);
  alive.send({ type: 'ping', at: 2 });
  await alive.until(() => alive.events.some((event) => event.type === 'pong' && event.at === 2));
  expect(shell.detached).toBe(false);
});

test('a server that stops tells its pages', async () => {
  const server = await startTerminalServer({ openShell: () => new ScriptedShell() });
  const attachedPage = await Page.attach(server);
  const waiting = await Page.open(server);
  await server[Symbol.asyncDispose]();
  expect((await attachedPage.closed).code).toBe(4503);
  expect((await waiting.closed).code).toBe(4503);
});

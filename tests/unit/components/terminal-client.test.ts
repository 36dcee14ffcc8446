import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { TerminalClient, type TerminalState } from '#components/terminal/terminal-client.ts';
import { ALONE, type Company } from '#server/shared/company.ts';
import { ACK_EVERY_BYTES, type EndingWarning, MAX_FRAME_BYTES, TERMINAL_SUBPROTOCOL } from '#server/shared/protocol.ts';

type Said = Record<string, unknown> & { type: string };

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A real server that keeps what pages say, and lets a test answer. */
async function startDoor() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => TERMINAL_SUBPROTOCOL });
  const said: Said[] = [];
  const typed: Buffer[] = [];
  const sockets: WebSocket[] = [];
  let subprotocol = '';
  server.on('connection', (socket) => {
    sockets.push(socket);
    subprotocol = socket.protocol;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) typed.push(data);
      else said.push(JSON.parse(data.toString()));
    });
  });
  await vi.waitFor(() => expect(server.address()).not.toBeNull());
  open.push({
    close: () => {
      for (const socket of sockets) socket.terminate();
      server.close();
    },
  });
  const size = { cols: 80, rows: 24 };
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    said,
    typed,
    sockets,
    protocol: () => subprotocol,
    of: (type: string) => said.filter((one) => one.type === type),
    tell: (event: object) => sockets.at(-1)?.send(JSON.stringify(event)),
    attached: (offset = 0, terminalId = 'one', { end = offset } = {}) =>
      sockets.at(-1)?.send(JSON.stringify({ type: 'attached', terminalId, offset, end, writable: true, size })),
    print: (text: string) => sockets.at(-1)?.send(Buffer.from(text), { binary: true }),
  };
}

function startPage(url: string, { drawsByItself = true, heartbeatMs = 5000 } = {}) {
  let screen = '';
  let restarts = 0;
  const states: TerminalState[] = [];
  const notices: EndingWarning[] = [];
  const companies: Company[] = [];
  let returns = 0;
  const pending: (() => void)[] = [];
  const client = new TerminalClient({
    url,
    shell: 'shell-1',
    size: { cols: 80, rows: 24 },
    onState: (state) => states.push(state),
    onNotice: (warning) => notices.push(warning),
    onOutput: (bytes, drawn) => {
      screen += Buffer.from(bytes).toString();
      if (drawsByItself) drawn();
      else pending.push(drawn);
    },
    onRestart: () => {
      screen = '';
      restarts += 1;
    },
    onReturn: () => {
      returns += 1;
    },
    onPrompt: () => undefined,
    onSize: () => undefined,
    onCompany: (company) => companies.push(company),
    random: () => 0,
    heartbeatMs,
  });
  open.push({ close: () => client.dispose() });
  const phase = () => states.at(-1)?.phase;
  return {
    client,
    states,
    phase,
    screen: () => screen,
    restarts: () => restarts,
    notices,
    companies,
    returns: () => returns,
    draw: () => {
      for (const drawn of pending.splice(0)) drawn();
    },
  };
}

/** A page that is attached to a fresh door. */
async function attachedPage(options = {}) {
  const door = await startDoor();
  const page = startPage(door.url, options);
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(1));
  door.attached();
  await vi.waitFor(() => expect(page.phase()).toBe('open'));
  return { door, page };
}

test('a page asks for all of its shell at first, in our version of the protocol', async () => {
  const { door } = await attachedPage();
  expect(door.protocol()).toBe(TERMINAL_SUBPROTOCOL);
  expect(door.of('attach')[0]).toEqual({ type: 'attach', shell: 'shell-1', since: null, size: { cols: 80, rows: 24 } });
});

test('after a break it goes on where it stopped, without losing or repeating a byte', async () => {
  const { door, page } = await attachedPage();
  door.print('hello');
  await vi.waitFor(() => expect(page.screen()).toBe('hello'));
  door.sockets[0]?.terminate();
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(2));
  expect(door.of('attach')[1]).toMatchObject({ since: 5, terminalId: 'one' });
  door.attached(5);
  door.print(' world');
  await vi.waitFor(() => expect(page.screen()).toBe('hello world'));
  expect(page.restarts()).toBe(0);
  expect(page.returns()).toBe(1);
});

test('another shell in its place clears the screen', async () => {
  const { door, page } = await attachedPage();
  door.print('old');
  await vi.waitFor(() => expect(page.screen()).toBe('old'));
  door.sockets[0]?.terminate();
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(2));
  door.attached(0, 'two');
  door.print('new');
  await vi.waitFor(() => expect(page.screen()).toBe('new'));
});

test('bytes the server no longer has are not glued over', async () => {
  const { door, page } = await attachedPage();
  door.print('early');
  await vi.waitFor(() => expect(page.screen()).toBe('early'));
  door.sockets[0]?.terminate();
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(2));
  door.attached(900);
  door.print('late');
  await vi.waitFor(() => expect(page.screen()).toBe('late'));
});

test('only what was drawn is acknowledged', async () => {
  const { door, page } = await attachedPage({ drawsByItself: false });
  door.print('x'.repeat(ACK_EVERY_BYTES));
  await vi.waitFor(() => expect(page.screen()).toHaveLength(ACK_EVERY_BYTES));
  expect(door.of('ack')).toEqual([]);
  page.draw();
  await vi.waitFor(() => expect(door.of('ack')).toEqual([{ type: 'ack', offset: ACK_EVERY_BYTES }]));
});

test('a little that was drawn is acknowledged when it gets quiet', async () => {
  const { door } = await attachedPage();
  door.print('abc');
  await vi.waitFor(() => expect(door.of('ack')).toEqual([{ type: 'ack', offset: 3 }]));
});

test('a large paste travels in frames the server takes', async () => {
  const { door, page } = await attachedPage();
  expect(page.client.type('é'.repeat(MAX_FRAME_BYTES))).toBe(true);
  await vi.waitFor(() => expect(Buffer.concat(door.typed)).toHaveLength(2 * MAX_FRAME_BYTES));
  expect(Math.max(...door.typed.map((frame) => frame.length))).toBeLessThanOrEqual(MAX_FRAME_BYTES);
  expect(Buffer.concat(door.typed).toString()).toBe('é'.repeat(MAX_FRAME_BYTES));
});

test('what is typed while the wire is broken is refused, and never sent later', async () => {
  const { door, page } = await attachedPage();
  door.sockets[0]?.terminate();
  await vi.waitFor(() => expect(page.phase()).toBe('waiting'));
  expect(page.client.type('rm -r work\r')).toBe(false);
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(2));
  door.attached();
  await vi.waitFor(() => expect(page.phase()).toBe('open'));
  page.client.type('date\r');
  await vi.waitFor(() => expect(Buffer.concat(door.typed).toString()).toBe('date\r'));
});

test('a page without the keyboard types nothing, and gets it back by attaching again', async () => {
  const { door, page } = await attachedPage();
  door.tell({ type: 'keyboard', writable: false });
  await vi.waitFor(() => expect(page.client.type('x')).toBe(false));
  page.client.takeKeyboard();
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(2));
});

test('the latency is measured', async () => {
  const { door, page } = await attachedPage();
  await vi.waitFor(() => expect(door.of('ping').length).toBeGreaterThan(0));
  door.tell({ type: 'pong', at: door.of('ping')[0]?.at });
  await vi.waitFor(() => expect(page.states.at(-1)).toMatchObject({ phase: 'open', latencyMs: expect.any(Number) }));
});

test('a wire that has gone silent is given up and made anew', async () => {
  const { door, page } = await attachedPage({ heartbeatMs: 40 });
  await vi.waitFor(() => expect(page.states.map((state) => state.phase)).toContain('waiting'));
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(2));
});

test('a refusal that another try would not change ends the tries', async () => {
  const { door, page } = await attachedPage();
  door.tell({ type: 'error', code: 'not_allowed' });
  door.sockets[0]?.close(4403);
  await vi.waitFor(() => expect(page.states.at(-1)).toEqual({ phase: 'refused', code: 'not_allowed' }));
});

test('a shell that ended is not opened again by itself, but when asked', async () => {
  const { door, page } = await attachedPage();
  door.tell({ type: 'exit', exitCode: 3 });
  await vi.waitFor(() => expect(page.states.at(-1)).toEqual({ phase: 'exited', exitCode: 3 }));
  page.client.retryNow();
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(2));
  expect(door.of('attach')[1]).toMatchObject({ since: null });
});

test('while there is no sandbox nothing is tried', async () => {
  const { door, page } = await attachedPage();
  page.client.hold();
  expect(page.phase()).toBe('waiting');
  page.client.retryNow();
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(2));
});

test('what was printed before the page came is a replay until it is drawn', async () => {
  const door = await startDoor();
  const page = startPage(door.url, { drawsByItself: false });
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(1));
  door.attached(0, 'one', { end: 9 });
  door.print('old\x1b[6n..');
  await vi.waitFor(() => expect(page.screen()).toContain('old'));
  expect(page.client.replaying).toBe(true);
  page.draw();
  expect(page.client.replaying).toBe(false);
});

test('a notice is handed on and counts as nothing drawn', async () => {
  const { door, page } = await attachedPage();
  door.print('before');
  const warning = { reason: 'idle' as const, endsAt: '2026-01-05T10:00:00.000Z' };
  door.tell({ type: 'notice', warning });
  door.print(' after');
  await vi.waitFor(() => expect(page.screen()).toBe('before after'));
  expect(page.notices).toEqual([warning]);
  await vi.waitFor(() => expect(door.of('ack').at(-1)).toEqual({ type: 'ack', offset: 'before after'.length }));
});

const turn = (given: Partial<NonNullable<Company['turn']>>): Company => ({
  watchers: ['Ada'],
  turn: { turnId: 't', name: 'Ada', phase: 'writing', yours: false, ...given },
});

test('while a watcher has a turn the student’s keys are not sent, and its holder’s are', async () => {
  const { door, page } = await attachedPage();
  const told = async (company: Company) => {
    const before = page.companies.length;
    door.tell({ type: 'company', ...company });
    await vi.waitFor(() => expect(page.companies).toHaveLength(before + 1));
  };
  await told(turn({ phase: 'asked' }));
  expect(page.client.type('a')).toBe(true);
  await told(turn({}));
  expect(page.client.type('b')).toBe(false);
  await told({ watchers: ['Ada'], turn: null });
  expect(page.client.type('c')).toBe(true);
  door.tell({ type: 'keyboard', writable: false });
  await vi.waitFor(() => expect(page.states.at(-1)).toMatchObject({ writable: false }));
  expect(page.client.type('d')).toBe(false);
  await told(turn({ yours: true }));
  expect(page.client.type('e')).toBe(true);
  await vi.waitFor(() => expect(door.typed.map(String)).toEqual(['a', 'c', 'e']));
});

test('with a broken wire nobody is said to watch, and who is there is told again with the next one', async () => {
  const { door, page } = await attachedPage();
  door.tell({ type: 'company', ...turn({}) });
  await vi.waitFor(() => expect(page.companies.at(-1)?.watchers).toEqual(['Ada']));
  door.sockets.at(-1)?.terminate();
  await vi.waitFor(() => expect(page.companies.at(-1)).toEqual(ALONE));
  await vi.waitFor(() => expect(door.of('attach')).toHaveLength(2));
  const size = { cols: 80, rows: 24 };
  const attached = { type: 'attached', terminalId: 'one', offset: 0, end: 0, writable: true, size };
  door.tell({ ...attached, company: turn({ phase: 'asked' }) });
  await vi.waitFor(() => expect(page.companies.at(-1)?.turn?.phase).toBe('asked'));
});

test('an answer names its question', async () => {
  const { door, page } = await attachedPage();
  page.client.answerTurn('t', true);
  page.client.endTurn();
  await vi.waitFor(() => expect(door.of('end_turn')).toHaveLength(1));
  expect(door.of('answer_turn')).toEqual([{ type: 'answer_turn', turnId: 't', allow: true }]);
});

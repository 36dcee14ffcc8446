import { expect, test } from 'vitest';
import { FLOW_WINDOW_BYTES } from '#server/shared/protocol.ts';
import { SCROLLBACK_BYTES } from '#server/terminals/scrollback.ts';
import { ScriptedShell } from '../../support/scripted-shell.ts';
import { Page, startTerminalServer } from '../../support/terminal-server.ts';

const settled = async (page: Page, at: number) => {
  page.send({ type: 'ping', at });
  await page.until(() => page.events.some((event) => event.type === 'pong' && event.at === at));
};
const typedInto = (shell: ScriptedShell) => Buffer.concat(shell.typed).toString();

test('the newest page of a student has the keyboard, and it goes back when that page leaves', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const first = await Page.attach(server);
  expect((await first.event('attached')).writable).toBe(true);
  const second = await Page.attach(server, { size: { cols: 100, rows: 30 } });
  expect((await first.event('keyboard')).writable).toBe(false);
  expect((await first.event('size')).size).toEqual({ cols: 100, rows: 30 });
  first.type('lost');
  await settled(first, 1);
  second.type('taken');
  await settled(second, 1);
  expect(typedInto(shell)).toBe('taken');
  await second.drop();
  await first.until(() => first.events.some((event) => event.type === 'keyboard' && event.writable));
  first.type('+back');
  await settled(first, 2);
  expect(typedInto(shell)).toBe('taken+back');
  expect(shell.sizes).toEqual([
    { cols: 100, rows: 30 },
    { cols: 80, rows: 24 },
  ]);
});

test('a viewer sees the same bytes at the size of the writer, and never types or shrinks the window', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const writer = await Page.attach(server, { size: { cols: 120, rows: 40 } });
  const viewer = await Page.attach(server, { query: 'enrollment=ada&view', size: { cols: 40, rows: 10 } });
  expect(await viewer.event('attached')).toMatchObject({ writable: false, size: { cols: 120, rows: 40 } });
  shell.print('for both');
  await Promise.all([writer.sees('for both'), viewer.sees('for both')]);
  viewer.send({ type: 'resize', size: { cols: 20, rows: 5 } });
  await settled(viewer, 1);
  expect(shell.sizes).toEqual([]);
  writer.send({ type: 'resize', size: { cols: 90, rows: 33 } });
  expect((await viewer.event('size')).size).toEqual({ cols: 90, rows: 33 });
  viewer.type('rm');
  await settled(viewer, 2);
  expect(typedInto(shell)).toBe('');
});

test('who may only look cannot start a terminal', async () => {
  await using server = await startTerminalServer({ openShell: () => new ScriptedShell() });
  const page = await Page.open(server, 'enrollment=ada&view');
  page.send({ type: 'attach', shell: 'shell-1', since: null, size: { cols: 80, rows: 24 } });
  expect((await page.closed).code).toBe(4404);
  expect(page.events).toEqual([{ type: 'error', code: 'terminal_unknown' }]);
  expect(server.opened).toEqual([]);
});

test('a writer that stops drawing pauses the shell at one window, and drawing resumes it', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const page = await Page.attach(server);
  page.draws = false;
  const chunk = Buffer.alloc(4096, 0x61);
  for (let i = 0; i < 1000; i += 1) shell.print(chunk);
  await page.until(() => page.received >= FLOW_WINDOW_BYTES);
  await settled(page, 1);
  expect(page.received).toBe(FLOW_WINDOW_BYTES);
  expect(shell.paused).toBe(true);
  page.draws = true;
  page.acknowledge();
  await page.until(() => page.received === 1000 * 4096);
  expect(page.bytes.equals(Buffer.alloc(1000 * 4096, 0x61))).toBe(true);
});

test('a viewer that stops drawing does not slow the writer: it is let go and catches up from what is kept', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const writer = await Page.attach(server);
  const viewer = await Page.attach(server, { query: 'enrollment=ada&view' });
  viewer.draws = false;
  const chunk = Buffer.alloc(4096, 0x62);
  const chunks = (3 * SCROLLBACK_BYTES) / chunk.length;
  for (let i = 0; i < chunks; i += 1) shell.print(chunk);
  await writer.until(() => writer.received === 3 * SCROLLBACK_BYTES);
  expect((await viewer.closed).code).toBe(4504);
  expect(viewer.received).toBe(FLOW_WINDOW_BYTES);
  const again = await Page.attach(server, { query: 'enrollment=ada&view', since: viewer.offset });
  expect((await again.event('attached')).offset).toBe(2 * SCROLLBACK_BYTES);
  await again.until(() => again.offset === 3 * SCROLLBACK_BYTES);
});

test('a page that leaves while the shell is paused lets the shell run on', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const page = await Page.attach(server);
  page.draws = false;
  shell.print(Buffer.alloc(FLOW_WINDOW_BYTES));
  shell.print('finished without you');
  await page.until(() => page.received === FLOW_WINDOW_BYTES);
  expect(shell.paused).toBe(true);
  await page.drop();
  const after = await Page.attach(server);
  await after.sees('finished without you');
});

test('every page with a terminal of theirs open hears a warning, and no byte of it reaches shell or stream', async () => {
  const shells: ScriptedShell[] = [];
  const openShell = () => {
    const shell = new ScriptedShell();
    shells.push(shell);
    return shell;
  };
  await using server = await startTerminalServer({ openShell });
  const pages = await Promise.all([
    Page.attach(server),
    Page.attach(server, { shell: 'shell-2' }),
    Page.attach(server, { query: 'enrollment=ben' }),
  ]);
  const warning = { reason: 'expired' as const, endsAt: '2026-01-05T10:00:00.000Z' };
  server.registry.warn('ada', warning);
  for (const page of pages) await settled(page, 1);
  const heard = pages.map((page) => page.events.filter((event) => event.type === 'notice'));
  expect(heard).toEqual([[{ type: 'notice', warning }], [{ type: 'notice', warning }], []]);
  expect(pages.map((page) => page.received)).toEqual([0, 0, 0]);
  expect(shells.flatMap((shell) => shell.typed)).toEqual([]);
});

test('a shell is busy while a command of its own runs, and at no other time', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const isBusy = () => server.registry.isBusy('ada');
  expect(isBusy()).toBe(false);
  const page = await Page.attach(server);
  expect(isBusy()).toBe(false);
  shell.print('\x1b]133;A\x07$ \x1b]133;C\x07building');
  await page.sees('building');
  expect(isBusy()).toBe(true);
  expect(server.registry.isBusy('ben')).toBe(false);
  shell.print('\x1b]133;D;0\x07\x1b]133;A\x07$ done');
  await page.sees('done');
  expect(isBusy()).toBe(false);
  shell.print('\x1b]133;C\x07again');
  await page.sees('again');
  server.registry.endAll('ada', 'idle');
  expect(isBusy()).toBe(false);
});

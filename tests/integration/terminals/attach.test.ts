import { expect, test } from 'vitest';
import { SCROLLBACK_BYTES } from '#server/terminals/scrollback.ts';
import { openLocalShell } from '../../support/echo-shell.ts';
import { ScriptedShell } from '../../support/scripted-shell.ts';
import { Page, SIZE, startTerminalServer } from '../../support/terminal-server.ts';

test('what a student types runs, and they see what it prints', async () => {
  await using server = await startTerminalServer({ openShell: ({ size }) => openLocalShell(size) });
  const page = await Page.attach(server);
  page.type('echo $((6*7))-answers\r');
  await page.sees('42-answers');
});

test('a shell survives its page: the next one finds its variables and its screen', async () => {
  await using server = await startTerminalServer({ openShell: ({ size }) => openLocalShell(size) });
  const before = await Page.attach(server);
  before.type('kept=still-here; echo rea""dy\r');
  await before.sees('ready');
  await before.drop();
  const after = await Page.attach(server);
  await after.sees('ready');
  after.type('echo "<$kept>"\r');
  await after.sees('<still-here>');
  expect(server.opened).toHaveLength(1);
});

test('a page that reconnects through many drops has exactly what the shell printed', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const random = seeded(7);
  const printed: Buffer[] = [];
  const drawn: Buffer[] = [];
  let since: number | null = null;
  for (let round = 0; round < 40; round += 1) {
    const page = await Page.attach(server, { since });
    expect((await page.event('attached')).offset).toBe(since ?? 0);
    for (let i = random(6); i > 0; i -= 1) {
      const chunk = Buffer.from(Array.from({ length: 1 + random(3000) }, () => random(256)));
      printed.push(chunk);
      shell.print(chunk);
      if (random(3) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const target = random(2) === 0 ? total(printed) : page.offset;
    await page.until(() => page.offset >= target);
    await page.drop();
    drawn.push(page.bytes);
    since = page.offset;
  }
  const last = await Page.attach(server, { since });
  await last.until(() => last.offset === total(printed));
  expect(Buffer.concat([...drawn, last.bytes]).equals(Buffer.concat(printed))).toBe(true);
});

test('a page that was away too long is told the offset that is still kept', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const before = await Page.attach(server);
  await before.drop();
  for (let i = 0; i < 3; i += 1) shell.print(Buffer.alloc(SCROLLBACK_BYTES / 2, 0x61 + i));
  shell.print('end');
  const after = await Page.attach(server, { since: 0 });
  const { offset } = await after.event('attached');
  expect(offset).toBe(SCROLLBACK_BYTES / 2 + 3);
  await after.sees('end');
  expect(after.received).toBe(SCROLLBACK_BYTES);
});

test('an offset of another terminal counts for nothing: all that is kept is sent', async () => {
  const shell = new ScriptedShell();
  shell.print('a fresh prompt');
  await using server = await startTerminalServer({ openShell: () => shell });
  const page = await Page.attach(server, { since: 7, terminalId: 'of-yesterday' });
  await page.sees('a fresh prompt');
  const ahead = await Page.attach(server, { since: 7_000_000 });
  await ahead.sees('a fresh prompt');
});

test('several pages at once open one shell', async () => {
  await using server = await startTerminalServer({ openShell: ({ size }) => openLocalShell(size) });
  await Promise.all(Array.from({ length: 8 }, () => Page.attach(server)));
  expect(server.opened).toHaveLength(1);
});

test('what is typed before the shell is ready reaches it in order', async () => {
  const { promise: ready, resolve: boot } = Promise.withResolvers<void>();
  await using server = await startTerminalServer({
    openShell: async ({ size }) => {
      await ready;
      return openLocalShell(size);
    },
  });
  const page = await Page.open(server);
  page.send({ type: 'attach', shell: 'shell-1', since: null, size: SIZE });
  page.type('echo ear');
  page.type('ly""-bird\r');
  page.send({ type: 'ping', at: 1 });
  await page.event('pong');
  boot();
  await page.sees('early-bird');
});

test('when the shell ends its page gets the last output, then the exit code; the next attach opens a fresh one', async () => {
  await using server = await startTerminalServer({ openShell: ({ size }) => openLocalShell(size) });
  const page = await Page.attach(server);
  page.type('echo good""bye; exit 3\r');
  expect((await page.event('exit')).exitCode).toBe(3);
  expect(page.text).toContain('goodbye');
  expect((await page.closed).code).toBe(1000);
  const fresh = await Page.attach(server);
  fresh.type('echo fre""sh\r');
  await fresh.sees('fresh');
  expect(fresh.text).not.toContain('goodbye');
  expect(server.opened).toHaveLength(2);
});

test('a sandbox that ends closes its terminals with the reason, and forgets its commands', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const page = await Page.attach(server);
  shell.print('\x1b]633;E;ls\x07\x1b]133;C\x07\x1b]133;D;0\x07\x1b]133;A\x07');
  await page.event('prompt');
  expect(server.registry.recentCommands('ada').map((c) => [c.command, c.exitCode])).toEqual([['ls', 0]]);
  server.registry.endAll('ada', 'idle');
  expect((await page.event('error')).code).toBe('sandbox_gone');
  expect((await page.closed).code).toBe(4410);
  expect(server.registry.recentCommands('ada')).toEqual([]);
});

const total = (chunks: Buffer[]) => chunks.reduce((sum, chunk) => sum + chunk.length, 0);

/** Numbers below a bound, the same ones in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

import { expect, test } from 'vitest';
import { FLOW_WINDOW_BYTES } from '#server/shared/protocol.ts';
import { openLocalShell } from '../../support/echo-shell.ts';
import { Page, startTerminalServer } from '../../support/terminal-server.ts';

/** What a pty and its reader hold beside our window. */
const KERNEL_BYTES = 128 * 1024;

test('a stalled page in a flood stops the program: one window is sent, and memory stays', async () => {
  await using server = await startTerminalServer({ openShell: ({ size }) => openLocalShell(size) });
  const page = await Page.attach(server);
  page.keeps = false;
  page.draws = false;
  const before = process.memoryUsage().rss;
  page.type('yes\r');
  await page.until(() => page.received >= FLOW_WINDOW_BYTES);
  const other = await Page.attach(server, { query: 'enrollment=bob' });
  other.keeps = false;
  other.type('seq 200000; echo do""ne\r');
  await other.sees('done');
  expect(page.received).toBe(FLOW_WINDOW_BYTES);
  expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024);
});

test('Ctrl-C in a flood is answered within one window of output', async () => {
  await using server = await startTerminalServer({ openShell: ({ size }) => openLocalShell(size) });
  const page = await Page.attach(server);
  page.keeps = false;
  page.type('yes\r');
  await page.until(() => page.received > 2_000_000);
  page.draws = false;
  page.type('\x03');
  const atInterrupt = page.received;
  page.draws = true;
  page.acknowledge();
  await page.sees('^C\r\n');
  await page.until(() => page.text.endsWith('$ '));
  expect(page.received - atInterrupt).toBeLessThan(FLOW_WINDOW_BYTES + KERNEL_BYTES);
});

test('every byte of a large output arrives, in order', async () => {
  await using server = await startTerminalServer({ openShell: ({ size }) => openLocalShell(size) });
  const page = await Page.attach(server);
  page.type('stty -echo -opost; PS1=; clear; seq 1 400000; echo e""nd\r');
  await page.sees('\nend\n');
  const expected = `${Array.from({ length: 400_000 }, (_, i) => i + 1).join('\n')}\nend\n`;
  expect(page.text.includes(expected)).toBe(true);
});

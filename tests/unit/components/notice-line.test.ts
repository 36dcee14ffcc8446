import { Terminal } from '@xterm/xterm';
import { expect, test } from 'vitest';
import { drawNotice } from '#components/terminal/notice-line.ts';

const write = (terminal: Terminal, text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));

async function screenWith(text: string, { cols = 40, rows = 6 } = {}) {
  const terminal = new Terminal({ cols, rows, scrollback: 100, allowProposedApi: true });
  await write(terminal, text);
  return terminal;
}

/** Everything from the first line kept to the cursor's. */
function linesOf({ buffer: { active } }: Terminal): string[] {
  const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  return rows.slice(0, active.baseY + active.cursorY + 1);
}

async function noticed(terminal: Terminal, text: string): Promise<boolean> {
  const drawn = drawNotice(terminal, text);
  await write(terminal, '');
  return drawn;
}

test('the line stands above the prompt, and typing goes on where it was', async () => {
  const terminal = await screenWith('$ id\r\nuid=1000\r\n$ ls');
  expect(await noticed(terminal, 'It ends soon')).toBe(true);
  await write(terminal, ' -l');
  expect(linesOf(terminal)).toEqual(['$ id', 'uid=1000', 'It ends soon', '$ ls -l']);
});

test('at the bottom of the screen it scrolls, and nothing is lost', async () => {
  const terminal = await screenWith(`${[1, 2, 3, 4, 5, 6, 7].map((n) => `line ${n}`).join('\r\n')}\r\n$ vi`);
  expect(await noticed(terminal, 'It ends soon')).toBe(true);
  await write(terminal, 'm');
  const numbered = [1, 2, 3, 4, 5, 6, 7].map((n) => `line ${n}`);
  expect(linesOf(terminal)).toEqual([...numbered, 'It ends soon', '$ vim']);
});

test('a long notice is folded, and a long command line is not cut in two', async () => {
  const typed = `$ echo ${'x'.repeat(50)}`;
  const terminal = await screenWith(`first\r\n${typed}`);
  const notice = 'This sandbox is put away at 11:45 because nothing happens in it';
  expect(await noticed(terminal, notice)).toBe(true);
  await write(terminal, '\x1b[A\r\x1b[2C!');
  const [first, one, two, command, rest] = linesOf(terminal).concat(
    terminal.buffer.active.getLine(4)?.translateToString(true) ?? '',
  );
  expect([first, `${one} ${two}`]).toEqual(['first', notice]);
  expect(command).toBe(`$ !cho ${'x'.repeat(33)}`);
  expect(rest).toBe('x'.repeat(17));
});

test('what the shell redraws afterwards lands on its own line', async () => {
  const terminal = await screenWith('$ lss');
  await noticed(terminal, 'It ends soon');
  await write(terminal, '\b\x1b[K');
  expect(linesOf(terminal)).toEqual(['It ends soon', '$ ls']);
});

test('a program that has the whole screen is left alone', async () => {
  const terminal = await screenWith('$ vim\r\n\x1b[?1049h\x1b[Hhello');
  expect(await noticed(terminal, 'It ends soon')).toBe(false);
  expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('hello');
  await write(terminal, '\x1b[?1049l');
  expect(linesOf(terminal).join('\n')).not.toContain('soon');
});

test('a command line that fills the screen, or ends at its edge, is left alone', async () => {
  const full = await screenWith(`$ ${'x'.repeat(300)}`);
  expect(await noticed(full, 'It ends soon')).toBe(false);
  const edge = await screenWith('x'.repeat(40));
  expect(await noticed(edge, 'It ends soon')).toBe(false);
});

import type { Terminal } from '@xterm/xterm';

const AMBER = '\x1b[33m';
const PLAIN = '\x1b[0m';

/**
 * Draws a line of ours above the one that is being typed on, as if it had been printed before: prompt, cursor and what
 * follows only move down, so the shell's own idea of them stays true. False where that cannot be done without harm: in a
 * program that has the whole screen, at the right edge, or on a line that fills the screen.
 */
export function drawNotice(terminal: Terminal, text: string): boolean {
  const { active } = terminal.buffer;
  const { cols, rows } = terminal;
  const { cursorX, cursorY, baseY } = active;
  if (active.type !== 'normal' || cursorX >= cols) return false;
  const wraps = (row: number) => active.getLine(baseY + row)?.isWrapped ?? false;
  let first = cursorY;
  while (first > 0 && wraps(first)) first -= 1;
  let last = cursorY;
  while (last + 1 < rows && wraps(last + 1)) last += 1;
  const lines = folded(text, cols);
  const scroll = Math.max(0, last + lines.length - (rows - 1));
  const top = first - scroll;
  if (wraps(first) || top < 0) return false;
  const room = `${at(rows, 1)}${'\n'.repeat(scroll)}${at(top + 1, 1)}\x1b[${lines.length}L`;
  const drawn = lines.map((line, index) => `${at(top + 1 + index, 1)}${AMBER}${line}${PLAIN}`).join('');
  terminal.write(room + drawn + at(cursorY - scroll + lines.length + 1, cursorX + 1));
  return true;
}

const at = (row: number, column: number) => `\x1b[${row};${column}H`;

/** Broken at spaces into lines that fit. */
function folded(text: string, cols: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > cols) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word.slice(0, cols) : `${line} ${word}`;
  }
  return [...lines, line];
}

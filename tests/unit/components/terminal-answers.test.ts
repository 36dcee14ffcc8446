import { expect, test } from 'vitest';
import { isTerminalAnswer } from '#components/terminal/terminal-answers.ts';

test.each([
  ['where the cursor is', '\x1b[12;40R'],
  ['what the device is', '\x1b[?62;4;9;22c'],
  ['its second form', '\x1b[>0;276;0c'],
  ['that it is well', '\x1b[0n'],
  ['a mode', '\x1b[?2004;1$y'],
  ['its size', '\x1b[8;24;80t'],
  ['a colour', '\x1b]11;rgb:15/18/1d\x1b\\'],
  ['its version', '\x1bP>|xterm.js(6.0.0)\x1b\\'],
  ['its focus', '\x1b[I'],
  ['the mouse', '\x1b[<0;10;5M'],
])('the terminal tells %s by itself', (_what, text) => {
  expect(isTerminalAnswer(text)).toBe(true);
});

test.each([
  ['an arrow', '\x1b[A'],
  ['an arrow in the other form', '\x1bOA'],
  ['Escape', '\x1b'],
  ['Alt with a letter', '\x1bb'],
  ['F5', '\x1b[15~'],
  ['Home', '\x1b[H'],
  ['pasted text', '\x1b[200~ls\x1b[201~'],
  ['a letter', 'R'],
])('%s is the student’s own', (_what, text) => {
  expect(isTerminalAnswer(text)).toBe(false);
});

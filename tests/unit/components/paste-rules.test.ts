import { expect, test } from 'vitest';
import { asOneLine, cleanPaste, needsQuestion } from '#components/terminal/paste-rules.ts';

const SHELL = { bracketed: true, atPrompt: true };
const PLAIN_SHELL = { bracketed: false, atPrompt: true };
const EDITOR = { bracketed: true, atPrompt: false };

test('one line is pasted without a question, wherever it goes', () => {
  for (const situation of [SHELL, PLAIN_SHELL, EDITOR]) expect(needsQuestion('ls -l', situation)).toBe(false);
});

test('a line that ends is asked about only where its end would run it', () => {
  expect(needsQuestion('ls -l\n', SHELL)).toBe(false);
  expect(needsQuestion('ls -l\n', PLAIN_SHELL)).toBe(true);
  expect(needsQuestion('ls -l\n', { bracketed: false, atPrompt: null })).toBe(true);
  expect(needsQuestion('ls -l\n', { bracketed: false, atPrompt: false })).toBe(true);
});

test('several lines are asked about at a prompt, and not in an editor that knows pasted text', () => {
  expect(needsQuestion('cd /\nls\n', SHELL)).toBe(true);
  expect(needsQuestion('cd /\nls\n', { bracketed: true, atPrompt: null })).toBe(true);
  expect(needsQuestion('cd /\nls\n', EDITOR)).toBe(false);
});

test('no control character of pasted text reaches a program, so nothing ends the bracket around it', () => {
  expect(cleanPaste('a\u001b[201~\rrm -r x\u0003\u009b1m')).toBe('a[201~\nrm -r x1m');
  expect(cleanPaste('tab\tand\r\nlines\n')).toBe('tab\tand\nlines\n');
});

test('as one line nothing runs before Enter, and joined lines read as they were meant', () => {
  expect(asOneLine('\ndocker run \\\n   -it \\\n   alpine\n\n')).toBe('docker run -it alpine');
});

import { expect, test } from 'vitest';
import { keySequence, withModifiers } from '#components/terminal/key-sequences.ts';

const NONE = { ctrl: false, alt: false };
const CTRL = { ctrl: true, alt: false };
const ALT = { ctrl: false, alt: true };

test('the arrows take the form that the program asked for', () => {
  expect(keySequence('up', NONE, false)).toBe('\x1b[A');
  expect(keySequence('up', NONE, true)).toBe('\x1bOA');
});

test('an arrow with a held key tells which', () => {
  expect(keySequence('left', CTRL, true)).toBe('\x1b[1;5D');
  expect(keySequence('right', ALT, false)).toBe('\x1b[1;3C');
  expect(keySequence('down', { ctrl: true, alt: true }, false)).toBe('\x1b[1;7B');
});

test('the other keys are what a keyboard sends', () => {
  expect(keySequence('escape', NONE, false)).toBe('\x1b');
  expect(keySequence('tab', NONE, false)).toBe('\t');
  expect(keySequence('interrupt', NONE, false)).toBe('\x03');
  expect(keySequence('~', NONE, false)).toBe('~');
});

test('Ctrl makes a control character of a letter, whichever its case', () => {
  expect(withModifiers('c', CTRL)).toBe('\x03');
  expect(withModifiers('Z', CTRL)).toBe('\x1a');
  expect(withModifiers(' ', CTRL)).toBe('\x00');
  expect(withModifiers('[', CTRL)).toBe('\x1b');
  expect(withModifiers('é', CTRL)).toBe('é');
});

test('Alt puts an escape before one character, and pasted text is left as it is', () => {
  expect(withModifiers('b', ALT)).toBe('\x1bb');
  expect(withModifiers('é', ALT)).toBe('\x1bé');
  expect(withModifiers('rm -r', CTRL)).toBe('rm -r');
});

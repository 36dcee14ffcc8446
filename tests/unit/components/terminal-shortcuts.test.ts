import { expect, test } from 'vitest';
import { type Keys, shortcutOf } from '#components/terminal/terminal-shortcuts.ts';

const press = (key: string, held: Partial<Keys> = {}): Keys => ({
  key,
  code: '',
  ctrlKey: false,
  shiftKey: false,
  altKey: false,
  metaKey: false,
  ...held,
});
const CTRL = { ctrlKey: true };
const BOTH = { ctrlKey: true, shiftKey: true };
const USUAL = { copyByCtrlC: false, hasSelection: true };

test('both ways that hands know copy, and both paste by the browser itself', () => {
  expect(shortcutOf(press('C', BOTH), USUAL)).toBe('copy');
  expect(shortcutOf(press('Insert', CTRL), USUAL)).toBe('copy');
  expect(shortcutOf(press('V', BOTH), USUAL)).toBe('browser_pastes');
  expect(shortcutOf(press('Insert', { shiftKey: true }), USUAL)).toBe('browser_pastes');
});

test('Ctrl-C is the shell’s, unless the student wants it to copy and has selected something', () => {
  expect(shortcutOf(press('c', CTRL), USUAL)).toBeNull();
  expect(shortcutOf(press('c', CTRL), { copyByCtrlC: true, hasSelection: false })).toBeNull();
  expect(shortcutOf(press('c', CTRL), { copyByCtrlC: true, hasSelection: true })).toBe('copy');
});

test('Cmd with C and V stay the browser’s, and plain keys the shell’s', () => {
  for (const key of ['c', 'v']) expect(shortcutOf(press(key, { metaKey: true }), USUAL)).toBeNull();
  for (const key of ['Insert', 'Escape', 'F6', 'ArrowLeft']) expect(shortcutOf(press(key), USUAL)).toBeNull();
  expect(shortcutOf(press('ArrowLeft', CTRL), USUAL)).toBeNull();
});

test('one key leads to who asks to type, and is not the one that leaves', () => {
  expect(shortcutOf(press('F6', BOTH), USUAL)).toBe('company');
});

test('two keys lead out of the terminal', () => {
  expect(shortcutOf(press('F6', CTRL), USUAL)).toBe('leave');
  expect(shortcutOf(press('Escape', BOTH), USUAL)).toBe('leave');
});

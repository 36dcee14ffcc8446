import { expect, test } from 'vitest';
import { formatClassCode, newClassCode, normalizeClassCode } from '#server/classrooms/class-code-rules.ts';
import { WORDS } from '#server/classrooms/class-code-words.ts';

test('a code is a word and three digits', () => {
  expect(newClassCode(() => 0)).toBe(`${WORDS[0]}222`);
  expect(newClassCode((below) => below - 1)).toBe(`${WORDS.at(-1)}999`);
});

test('every possible word survives being shown and typed again', () => {
  for (const word of WORDS) {
    expect(word).toMatch(/^[A-Z]{4,9}$/);
    const shown = formatClassCode(`${word}427`);
    expect(shown).toBe(`${word}-427`);
    expect(normalizeClassCode(shown)).toBe(`${word}427`);
  }
});

test('there are about three hundred words, none twice', () => {
  expect(WORDS.length).toBeGreaterThanOrEqual(300);
  expect(new Set(WORDS).size).toBe(WORDS.length);
});

test.each([
  'kite-427',
  'KITE427',
  ' Kite 427 ',
  'K1TE-427',
  'k i t e 4 2 7',
  'kite – 427',
  'ＫＩＴＥ－４２７',
  'kite_427.',
])('%j is KITE-427', (typed) => {
  expect(normalizeClassCode(typed)).toBe('KITE427');
});

test('a zero typed for an O is forgiven', () => {
  expect(normalizeClassCode('c0met-222')).toBe('COMET222');
});

test('an endless code is cut, not searched for', () => {
  expect(normalizeClassCode('A'.repeat(10_000)).length).toBeLessThanOrEqual(40);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameKey, parseName } from '#server/accounts/names.ts';
import { errorCode } from '#server/errors.ts';

const codeOf = (raw: string) => {
  try {
    return parseName(raw);
  } catch (error) {
    return errorCode(error);
  }
};

describe('names that are kept', () => {
  test.each([
    ['Ada', 'Ada'],
    ['  Ada   Lovelace ', 'Ada Lovelace'],
    ['Zoe\u0301', 'Zo\u00e9'],
    ["O'Brien-Łukasz 2", "O'Brien-Łukasz 2"],
    ['李小龙', '李小龙'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['क्\u200dष', 'क्\u200dष'],
    ['A'.repeat(40), 'A'.repeat(40)],
    ['Ada 🦆', 'Ada 🦆'],
  ])('%j is kept as %j', (raw, kept) => {
    expect(parseName(raw)).toBe(kept);
  });
});

describe('names that are refused', () => {
  test.each([
    ['nothing', ''],
    ['spaces', ' \t\n '],
    ['too long', 'A'.repeat(41)],
    ['far too long', 'A'.repeat(5000)],
    ['a control character', 'Ada\u0007'],
    ['an escape sequence', '\u001b[31mAda'],
    ['right-to-left override', 'Ada\u202etxt'],
    ['a directional isolate', '\u2067Ada'],
    ['zero width space', 'A\u200bda'],
    ['a joiner between Latin letter and space', 'Ada\u200d Lovelace'],
    ['a joiner at the end', 'Ada\u200d'],
    ['a variation selector', 'Ada\ufe0f'],
    ['Hangul filler', '\u3164'],
    ['blank braille', 'A\u2800'],
    ['a lone surrogate', 'A\ud800'],
    ['a private character', 'A\ue000'],
    ['punctuation only', '...'],
    ['a pile of accents', `A${'\u0301\u0302'.repeat(4)}`],
  ])('%s', (_, raw) => {
    expect(codeOf(raw)).toBe('name_invalid');
  });
});

test('whatever is typed, a kept name is trimmed, normal and parses to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (raw) => {
      const kept = codeOf(raw);
      if (kept === 'name_invalid') return;
      expect(kept).toBe(kept.trim().normalize('NFC'));
      expect(parseName(kept)).toBe(kept);
      expect(nameKey(kept)).not.toBe('');
    }),
  );
});

test.each([
  ['Ada', 'ADA'],
  ['Ada L.', 'ada l'],
  ['Ada Lovelace', 'AdaLovelace'],
  ['Ada', 'А\u0064а'],
  ['Jose\u0301', 'JOSÉ'],
  ['Ａｄａ', 'ada'],
  ['می\u200cخواهم', 'میخواهم'],
])('%j and %j would be mistaken for each other', (one, other) => {
  expect(nameKey(one)).toBe(nameKey(other));
});

test.each([
  ['Ada', 'Ida'],
  ['José', 'Jose'],
  ['कि', 'की'],
  ['Ada 1', 'Ada 2'],
])('%j and %j are told apart', (one, other) => {
  expect(nameKey(one)).not.toBe(nameKey(other));
});

import { expect, test } from 'vitest';
import { nextFontSize, parseSettings } from '#components/terminal/terminal-settings.ts';

test('at first everything that could harm or disturb is off', () => {
  expect(parseSettings(null)).toEqual({
    fontSize: 14,
    screenReader: false,
    copyByCtrlC: false,
    pasteLines: 'ask',
    bellSound: false,
    programsCopy: false,
    keyBar: false,
  });
});

test('what was chosen is kept, and what cannot be read counts as nothing', () => {
  const chosen = { ...parseSettings(null), fontSize: 18, pasteLines: 'one_line' as const, keyBar: true };
  expect(parseSettings(JSON.stringify(chosen))).toEqual(chosen);
  const broken = ['{', '7', 'null', '[]', '{"fontSize":9000,"pasteLines":"always","programsCopy":"yes"}'];
  for (const text of broken) expect(parseSettings(text)).toEqual(parseSettings(null));
});

test('the text grows and shrinks between its ends', () => {
  expect(nextFontSize(14, 'larger')).toBe(15);
  expect(nextFontSize(11, 'smaller')).toBe(11);
  expect(nextFontSize(24, 'larger')).toBe(24);
});

import { AppError } from '#server/errors.ts';

/** Longest name in characters as people count them. */
const MAX_NAME_CHARACTERS = 40;
/** Bounds a pile of accents on one letter, and what the database keeps. */
const MAX_NAME_CODE_UNITS = 160;

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Control, formatting (bidi included), private and unassigned characters, and letters that draw nothing. */
const INVISIBLE = /\p{C}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|\u2800/u;
/** Joiners are part of spelling in Persian and in Indic scripts, but only between letters. */
const SPELLED_JOINER = /(?<=[\p{L}\p{M}])[\u200C\u200D](?=\p{L})/gu;
const ACCENT_PILE = /\p{M}{5}/u;

/** A name fit for other people's screens: NFC, trimmed, single spaces. Refuses what cannot be seen or told apart. */
export function parseName(raw: string): string {
  if (raw.length > 1000) throw new AppError('name_invalid', 'the name is far too long');
  const name = raw.normalize('NFC').replace(/\s+/gu, ' ').trim();
  const drawn = name.replace(SPELLED_JOINER, '');
  if (INVISIBLE.test(drawn)) throw new AppError('name_invalid', 'the name has invisible characters');
  if (!/[\p{L}\p{N}]/u.test(drawn)) throw new AppError('name_invalid', 'the name has neither letter nor digit');
  if (ACCENT_PILE.test(name)) throw new AppError('name_invalid', 'the name has too many accents on one letter');
  if (name.length > MAX_NAME_CODE_UNITS || [...characters.segment(name)].length > MAX_NAME_CHARACTERS) {
    throw new AppError('name_invalid', 'the name is too long');
  }
  return name;
}

/** Cyrillic and Greek letters that look like Latin ones, so that nobody can pass for a classmate. */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [...'аaеeоoрpсcуyхxіiјjѕsԁdһhԛqԝwкkмmнhтtвbαaοoρpνvτtυuιiκk'.matchAll(/(.)(.)/gu)].map((pair) => [pair[1], pair[2]]),
);

/** Folded form of a name: two names with one key would be mistaken for each other. */
export function nameKey(name: string): string {
  const folded = name.normalize('NFKC').toLowerCase().normalize('NFC');
  const kept = folded.replace(/[^\p{L}\p{N}\p{M}]/gu, '');
  return [...kept].map((letter) => LOOKALIKES[letter] ?? letter).join('');
}

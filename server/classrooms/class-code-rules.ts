import { WORDS } from './class-code-words.ts';

/**
 * A class code is an easy word and three digits: KITE-427. Digits leave out 0 and 1 and letters are letters, so a typed
 * 0 can only mean O and a typed 1 only I.
 */
const DIGITS = '23456789';
const DIGIT_COUNT = 3;

/** `randomInt(n)` gives 0 to n - 1. The result is the stored form: KITE427. */
export function newClassCode(randomInt: (below: number) => number): string {
  const word = WORDS[randomInt(WORDS.length)] ?? 'KITE';
  const digits = Array.from({ length: DIGIT_COUNT }, () => DIGITS.charAt(randomInt(DIGITS.length)));
  return `${word}${digits.join('')}`;
}

/** The stored form of what somebody typed; case, spaces, dashes, 0 for O and 1 for I are forgiven. */
export function normalizeClassCode(typed: string): string {
  const kept = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  return kept.replaceAll('0', 'O').replaceAll('1', 'I').slice(0, 40);
}

/** The form for people: KITE-427. */
export const formatClassCode = (stored: string): string => stored.replace(/^([A-Z]+)(\d+)$/, '$1-$2');

export const PASSWORD_MIN = 10;

export type PasswordHint = 'empty' | 'short' | 'plain' | 'fair' | 'good';

/** A hint, not a judge: length first, then how many different characters. Only `short` is refused. */
export function passwordHint(password: string): PasswordHint {
  const length = [...password].length;
  if (length === 0) return 'empty';
  if (length < PASSWORD_MIN) return 'short';
  const different = new Set(password.toLowerCase()).size;
  if (different < 6) return 'plain';
  return length >= 16 || (length >= 12 && different >= 9) ? 'good' : 'fair';
}

/** Easy to read out: no letter or digit that looks like another. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A password to hand over: four groups of four, about 80 bits. `random` yields bytes. */
export function makePassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  const letters = [...random(new Uint8Array(16))].map((byte) => ALPHABET[byte % ALPHABET.length] ?? 'a');
  return [0, 4, 8, 12].map((start) => letters.slice(start, start + 4).join('')).join('-');
}

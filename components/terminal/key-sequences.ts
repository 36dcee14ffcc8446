/** Keys that a touch keyboard lacks. */
export type BarKey = 'escape' | 'tab' | 'interrupt' | 'up' | 'down' | 'left' | 'right' | '|' | '/' | '~' | '-';
export type Modifiers = { ctrl: boolean; alt: boolean };

const ARROWS: Partial<Record<BarKey, string>> = { up: 'A', down: 'B', right: 'C', left: 'D' };
const PLAIN: Partial<Record<BarKey, string>> = { escape: '\x1b', tab: '\t', interrupt: '\x03' };

/** What a key sends. `application`: the program asked for the other form of the arrows (DECCKM). */
export function keySequence(key: BarKey, modifiers: Modifiers, application: boolean): string {
  const arrow = ARROWS[key];
  if (arrow) {
    const code = 1 + (modifiers.alt ? 2 : 0) + (modifiers.ctrl ? 4 : 0);
    if (code > 1) return `\x1b[1;${code}${arrow}`;
    return `\x1b${application ? 'O' : '['}${arrow}`;
  }
  return withModifiers(PLAIN[key] ?? key, modifiers);
}

/** What is typed while Ctrl or Alt is held on the bar. Only one character can be meant by them. */
export function withModifiers(text: string, { ctrl, alt }: Modifiers): string {
  if ([...text].length !== 1) return text;
  const key = ctrl ? controlOf(text) : text;
  return alt ? `\x1b${key}` : key;
}

/** Ctrl with a letter or one of `@[\]^_`, as terminals have always sent it; `/` and `-` stand for `_`, space for `@`. */
function controlOf(character: string): string {
  const letter = character.toUpperCase();
  if (letter >= '@' && letter <= '_') return String.fromCharCode(letter.charCodeAt(0) & 0x1f);
  if (character === ' ') return '\x00';
  if (character === '/' || character === '-') return '\x1f';
  if (character === '?') return '\x7f';
  return character;
}

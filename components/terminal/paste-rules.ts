/** What is known of the shell when text is pasted into it. */
export type PasteSituation = {
  /** The program in front told that it tells pasted text from typed text. */
  bracketed: boolean;
  /** Null where it cannot be told. */
  atPrompt: boolean | null;
};

/**
 * The text as it may go to a program: other control characters than tabs and line breaks would be keys, and an escape
 * in it could end the bracket around the paste and go on as if typed.
 */
export function cleanPaste(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '');
}

/**
 * Whether to ask before pasting: where each pasted line would be run at once, and where several would be run together.
 * An editor that knows pasted text, and one line with or without its end in such a shell, need no question.
 */
export function needsQuestion(text: string, { bracketed, atPrompt }: PasteSituation): boolean {
  if (!text.includes('\n')) return false;
  if (!bracketed) return true;
  return atPrompt !== false && pastedLines(text).length > 1;
}

/** Its lines, without the empty ones at its ends. */
export function pastedLines(text: string): string[] {
  return text.replace(/^\n+|\n+$/g, '').split('\n');
}

/** Joined by spaces, with no line break left: nothing runs before Enter. A backslash at a line's end only joined it. */
export function asOneLine(text: string): string {
  return pastedLines(text)
    .map((line) => line.replace(/\\$/, '').trim())
    .filter((line) => line !== '')
    .join(' ');
}

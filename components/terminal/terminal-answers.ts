/** Reports of cursor, device, mode, size and focus; of colours and versions in longer sequences. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals speak so
const REPORT = /^\x1b(?:\[[?>=]?[\d;]*\$?[Rcntuy]|\[[IO]$|[P\]_])/;
/** Where the mouse is, in the two ways that programs ask for. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals speak so
const MOUSE = /^\x1b\[(?:<[\d;]+[Mm]|M)/;

/** True for what the terminal itself says to a program. Keys, pasted text and Alt with a letter are the student's. */
export const isTerminalAnswer = (text: string): boolean => REPORT.test(text) || MOUSE.test(text);

/** A command's name as it was typed, and the line of the block that it stands in, from 0. */
export type CommandWord = { word: string; line: number };

/** After these the next word is a command again. */
const PREFIXES = new Set([
  'sudo',
  'env',
  'time',
  'exec',
  'command',
  'nohup',
  'then',
  'do',
  'else',
  'if',
  'while',
  'until',
]);
const OPENERS = new Set(['!', '{', '(', ...PREFIXES]);
/** What follows them is no command. */
const NO_COMMAND = new Set(['for', 'case', 'select', 'function', 'fi', 'done', 'esac', '}', ')', 'in', '[[', ']]']);
const PLAIN = /^[a-z0-9_][\w.+-]*$/i;

/**
 * The names of the commands in a block of shell. Deliberately simple: what it cannot be sure of (a variable, a path, the
 * text of a here-document or of quotes) it leaves out, as a wrong complaint costs an author more than a missed one.
 */
export function commandWords(block: string): CommandWord[] {
  const lines = block.split('\n');
  const words: CommandWord[] = [];
  for (let line = 0; line < lines.length; line++) {
    const from = line;
    let text = lines[line] ?? '';
    while (text.endsWith('\\') && line + 1 < lines.length) text = `${text.slice(0, -1)} ${lines[++line]}`;
    const end = /<<-?\s*(['"]?)(\w+)\1/.exec(text)?.[2];
    words.push(...wordsOfLine(text).map((word) => ({ word, line: from })));
    if (end === undefined) continue;
    while (line + 1 < lines.length && lines[line + 1]?.trim() !== end) line++;
    line++;
  }
  return words;
}

function wordsOfLine(text: string): string[] {
  const found: string[] = [];
  for (const part of withoutQuotes(text).split(/\|\||&&|[;|&\n]|\$\(|\(/)) {
    const word = firstCommand(part.trim().split(/\s+/));
    if (word !== null) found.push(word);
  }
  return found;
}

/** Quoted text becomes `""`, a comment nothing, redirections with an `&` lose it. */
const withoutQuotes = (text: string) =>
  text
    .replace(/\\./g, '$')
    .replace(/'[^']*'|"[^"]*"/g, '""')
    .replace(/(^|\s)#.*$/, '')
    .replace(/\d?[<>]{1,2}&\d?|&>{1,2}/g, '>');

function firstCommand(parts: readonly string[]): string | null {
  for (const [index, part] of parts.entries()) {
    if (part === '' || OPENERS.has(part) || /^\w+=/.test(part)) {
      // A prefix with options, such as `sudo -u student`, leaves open which word is the command.
      if (PREFIXES.has(part) && parts[index + 1]?.startsWith('-')) return part;
      continue;
    }
    return PLAIN.test(part) && !NO_COMMAND.has(part) ? part : null;
  }
  return null;
}

/** The most alike of the known words, where one is so alike that a slip of the finger explains it. */
export function alike(word: string, known: Iterable<string>): string | null {
  const most = word.length < 4 ? 1 : 2;
  let best: { word: string; distance: number } | null = null;
  for (const other of known) {
    if (Math.abs(other.length - word.length) > most) continue;
    const distance = slips(word, other);
    if (distance <= most && (best === null || distance < best.distance)) best = { word: other, distance };
  }
  return best?.word ?? null;
}

/** Letters to change, add, drop or swap with their neighbour. */
function slips(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j - 1] ?? 0) + 1, (above[j] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? Number.POSITIVE_INFINITY;
}

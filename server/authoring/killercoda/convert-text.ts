import type { LossList } from './loss-list.ts';

/** A step's text as a chapter has it; hints and solution stand apart, as they are opened by hand. */
export type ConvertedText = { body: string; hints: string[]; solution: string | null };

type Converting = {
  text: string;
  /** As the report names it. */
  file: string;
  losses: LossList;
  /** Copies a picture into the chapter and answers its address there, or null. */
  figure: (address: string) => string | null;
};

type Target = { lines: string[]; isSolution: boolean };
type Line = { text: string; line: number };

const FENCE = /^(\s*)(`{3,}|~{3,})\s*([\w+-]*)\s*(?:\{\{(.*?)\}\})?\s*$/;
const CLOSED_WITH_MARK = /^(\s*)(`{3,}|~{3,})\s*\{\{(.*?)\}\}\s*$/;
const DETAILS_OPEN = /^\s*<details[^>]*>\s*(?:<summary[^>]*>(.*?)<\/summary>)?\s*$/i;
const SUMMARY = /^\s*<summary[^>]*>(.*?)<\/summary>\s*$/i;
const DETAILS_CLOSE = /^\s*<\/details>\s*$/i;
const ANSWER = /solution|answer|réponse|lösung/i;
const MOST_HINTS = 3;
/** A line that is no command by itself: typed line by line it would wait for the rest. */
const UNFINISHED = /\\$|<<-?\s*['"]?\w|^\s*(if|for|while|until|case|function)\b|\{\s*$|^\s*(do|then|done|fi|esac|\})\b/;

/** Killercoda's Markdown in ours: marks after code become blocks, folded parts become hints and a solution. */
export class TextConverter {
  readonly #given: Converting;
  readonly #body: Target = { lines: [], isSolution: false };
  readonly #hints: string[] = [];
  #solution: string | null = null;
  #target: Target = this.#body;
  /** Whether the folded part that is open has said what it is. */
  #awaitsSummary = false;

  constructor(given: Converting) {
    this.#given = given;
  }

  convert(): ConvertedText {
    const lines = this.#given.text.replace(/\r\n?/g, '\n').split('\n');
    const isDemoted = lines.some((line) => /^# /.test(line));
    for (let at = 0; at < lines.length; at++) {
      const text = lines[at] ?? '';
      const fence = FENCE.exec(text);
      if (fence) at = this.#block(lines, at, fence);
      else this.#line({ text: isDemoted ? text.replace(/^(#{1,5}) /, '#$1 ') : text, line: at + 1 });
    }
    if (this.#target !== this.#body) this.#endFolded(lines.length);
    return { body: tidy(this.#body.lines), hints: this.#hints, solution: this.#solution };
  }

  /** A fenced block with the mark behind it; answers the line that it ends on. */
  #block(lines: readonly string[], from: number, [, , ticks = '', lang = '', early]: RegExpExecArray): number {
    const code: string[] = [];
    let at = from + 1;
    let mark = early;
    for (; at < lines.length; at++) {
      const text = lines[at] ?? '';
      const closing = CLOSED_WITH_MARK.exec(text) ?? new RegExp(`^\\s*${ticks[0]}{${ticks.length},}\\s*$`).exec(text);
      if (closing) {
        mark = closing[3] ?? mark;
        break;
      }
      code.push(text);
    }
    this.#command(code.join('\n'), { lang, mark: mark?.trim() ?? null, line: from + 1 });
    return at;
  }

  #command(code: string, { lang, mark, line }: { lang: string; mark: string | null; line: number }): void {
    const isShell = /^(|bash|sh|shell|console|plain|text)$/.test(lang);
    const isRun = mark !== null && /^(exec|execute)/.test(mark);
    const isAnswer = this.#target.isSolution && isShell && mark === null;
    let kind = mark?.startsWith('copy') && isShell ? 'bash copy' : lang;
    if (isRun || isAnswer) {
      const commands = code.split('\n').filter((one) => one.trim() !== '');
      kind = commands.some((one) => UNFINISHED.test(one)) ? 'bash copy' : 'bash run';
      if (kind === 'bash copy')
        this.#lose(
          line,
          'commands over several lines are only copied, not run',
          'write them as lines that each end by themselves',
        );
      if (mark?.includes('interrupt'))
        this.#lose(line, 'no Ctrl-C is sent before these commands', 'say so in the text');
    }
    const kept =
      kind === 'bash run' ? code.split('\n').filter((one) => one.trim() !== '' && !/^\s*#/.test(one)) : [code];
    if (kind === 'bash run' && kept.length === 0) return;
    this.#target.lines.push('', `\`\`\`${kind}`, ...kept, '```', '');
  }

  #line({ text, line }: Line): void {
    const details = DETAILS_OPEN.exec(text);
    if (details) {
      this.#target = { lines: [], isSolution: ANSWER.test(details[1] ?? '') };
      this.#awaitsSummary = details[1] === undefined;
      return;
    }
    const summary = this.#awaitsSummary ? SUMMARY.exec(text) : null;
    if (summary) {
      this.#target = { lines: this.#target.lines, isSolution: ANSWER.test(summary[1] ?? '') };
      this.#awaitsSummary = false;
      return;
    }
    if (DETAILS_CLOSE.test(text)) {
      this.#endFolded(line);
      return;
    }
    const { shown, commands } = this.#inline({ text: this.#pictures({ text, line }), line });
    this.#target.lines.push(shown, ...commands.flatMap((command) => ['', '```bash run', command, '```', '']));
  }

  #endFolded(line: number): void {
    const { lines, isSolution } = this.#target;
    this.#target = this.#body;
    const text = tidy(lines);
    if (isSolution && this.#solution === null) this.#solution = text;
    else if (this.#hints.length < MOST_HINTS) this.#hints.push(text);
    else this.#lose(line, `a step has ${MOST_HINTS} hints at most: this one is left out`, 'put it into another one');
  }

  /** Code with a mark in running text: to be run, it becomes a block of its own below. */
  #inline({ text, line }: Line): { shown: string; commands: string[] } {
    const commands: string[] = [];
    const marked = text.replace(/`([^`]+)`\{\{(.*?)\}\}/g, (_all, code: string, mark: string) => {
      if (/^exec/.test(mark.trim())) commands.push(code);
      if (mark.includes('interrupt')) this.#lose(line, 'no Ctrl-C is sent before this command', 'say so in the text');
      if (/^open/.test(mark.trim())) this.#lose(line, 'no file is opened by a click', 'say so in the text');
      return `\`${code}\``;
    });
    const shown = marked
      .replace(/\{\{TRAFFIC_HOST\d+_(\d+)\}\}/g, (_all, port: string) => {
        this.#lose(
          line,
          `a link to port ${port} of the machine`,
          'the page offers a port that listens by itself: say so',
        );
        return `http://localhost:${port}`;
      })
      .replace(/\{\{TRAFFIC_SELECTOR\}\}/g, () => {
        this.#lose(line, 'the choice of a port', 'the page offers ports that listen by itself: say so');
        return '';
      })
      .replace(/^<br\s*\/?>\s*$/i, '')
      .replace(/^:{3,}/, (colons) => `\\${colons}`);
    if (/<(?!https?:|mailto:)[a-z][^>]*>/i.test(shown.replace(/`[^`]*`/g, '')))
      this.#lose(line, 'HTML is not shown', 'write it in Markdown');
    return { shown, commands };
  }

  #pictures({ text, line }: Line): string {
    return text.replace(/!\[([^\]]*)\]\(\s*([^)\s]+)[^)]*\)/g, (_all, alt: string, address: string) => {
      const place = this.#given.figure(address);
      if (place === null) {
        this.#lose(line, `the picture ${address}`, 'put an .svg, .png or .webp into the figures folder and show it');
        return alt;
      }
      if (alt.trim() === '')
        this.#lose(line, `the picture ${address} has no words`, 'say what it shows, in the brackets');
      return `![${alt.trim() || 'A picture that nobody has described yet'}](${place})`;
    });
  }

  #lose(line: number, what: string, remedy: string): void {
    this.#given.losses.add(this.#given.file, line, what, remedy);
  }
}

/** Without empty lines at the ends and in rows. */
const tidy = (lines: readonly string[]) =>
  lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** What the image's bash says about itself between the bytes it prints (OSC 133, 633, 7). The student controls them. */
export type ShellMark =
  | { kind: 'prompt' }
  | { kind: 'command_line'; text: string }
  | { kind: 'command_start' }
  | { kind: 'command_end'; exitCode: number | null }
  | { kind: 'cwd'; path: string };

const ESC = 0x1b;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const OPEN_BRACKET = 0x5d;
const BACKSLASH = 0x5c;

/** Longer sequences are passed over: no command line worth keeping is longer, and memory stays bounded. */
export const MAX_SEQUENCE_BYTES = 8 * 1024;
/** A read holds far fewer; a flood of forged marks must not become a flood of work. */
const MAX_MARKS_PER_READ = 256;

/** Finds the marks in a byte stream that may be cut anywhere. Looks only; the bytes go to the page unchanged. */
export class ShellIntegrationParser {
  #state: 'text' | 'escape' | 'sequence' | 'sequence_escape' = 'text';
  #sequence: Buffer = Buffer.alloc(0);
  #length = 0;
  #tooLong = false;

  parse(data: Uint8Array): ShellMark[] {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const marks: ShellMark[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'text') {
        const found = bytes.indexOf(ESC, at);
        if (found === -1) break;
        this.#state = 'escape';
        at = found + 1;
        continue;
      }
      const mark = this.#step(bytes[at] ?? 0);
      if (mark && marks.length < MAX_MARKS_PER_READ) marks.push(mark);
      at += 1;
    }
    return marks;
  }

  #step(byte: number): ShellMark | null {
    if (this.#state === 'escape' || this.#state === 'sequence_escape') return this.#afterEscape(byte);
    if (byte === BEL) return this.#finish();
    if (byte === CAN || byte === SUB) this.#state = 'text';
    else if (byte === ESC) this.#state = 'sequence_escape';
    else this.#collect(byte);
    return null;
  }

  #afterEscape(byte: number): ShellMark | null {
    if (this.#state === 'sequence_escape' && byte === BACKSLASH) return this.#finish();
    if (byte === OPEN_BRACKET) {
      this.#state = 'sequence';
      this.#length = 0;
      this.#tooLong = false;
    } else if (byte === ESC) {
      this.#state = 'escape';
    } else {
      this.#state = 'text';
    }
    return null;
  }

  #collect(byte: number): void {
    if (this.#length >= MAX_SEQUENCE_BYTES) {
      this.#tooLong = true;
      return;
    }
    if (this.#length === this.#sequence.length) {
      const larger = Buffer.alloc(Math.min(MAX_SEQUENCE_BYTES, Math.max(128, this.#length * 2)));
      this.#sequence.copy(larger);
      this.#sequence = larger;
    }
    this.#sequence[this.#length] = byte;
    this.#length += 1;
  }

  #finish(): ShellMark | null {
    this.#state = 'text';
    if (this.#tooLong) return null;
    const text = this.#sequence.toString('utf8', 0, this.#length);
    // A rare long command line must not stay in memory for the life of the shell.
    if (this.#sequence.length > 1024) this.#sequence = Buffer.alloc(0);
    return markOf(text);
  }
}

function markOf(sequence: string): ShellMark | null {
  const [code, verb, ...rest] = sequence.split(';');
  if (code === '7') return cwdFromUrl(sequence.slice(2));
  if (code !== '133' && code !== '633') return null;
  switch (verb) {
    case 'A':
      return { kind: 'prompt' };
    case 'C':
      return { kind: 'command_start' };
    case 'D':
      return { kind: 'command_end', exitCode: exitCode(rest[0]) };
    case 'E':
      return code === '633' ? { kind: 'command_line', text: unescapeText(rest[0] ?? '') } : null;
    case 'P':
      return rest[0]?.startsWith('Cwd=') ? { kind: 'cwd', path: unescapeText(rest[0].slice(4)) } : null;
    default:
      return null;
  }
}

function exitCode(text: string | undefined): number | null {
  return text && /^\d{1,3}$/.test(text) ? Number(text) : null;
}

function cwdFromUrl(url: string): ShellMark | null {
  const path = /^file:\/\/[^/]*(\/.*)$/.exec(url)?.[1];
  if (!path) return null;
  try {
    return { kind: 'cwd', path: decodeURIComponent(path) };
  } catch {
    return null;
  }
}

/** VS Code's escaping of a command line: `\\` for a backslash, `\xHH` for a semicolon, a newline and the like. */
function unescapeText(text: string): string {
  return text.replace(/\\(?:\\|x([0-9a-fA-F]{2}))/g, (_, hex: string | undefined) =>
    hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

import type { IDisposable, IMarker, Terminal } from '@xterm/xterm';

const OSC_SHELL = 133;
const OSC_EDITOR = 633;
/** A command line is told for a heading: no more of it is kept. */
const MAX_COMMAND = 200;

export type CommandOutput = { command: string | null; text: string; running: boolean };

/** Remembers where the newest command's output stands on the screen, by the shell's own marks. */
export class CommandMarks implements Disposable {
  readonly #terminal: Terminal;
  readonly #handlers: IDisposable[];
  #start: IMarker | undefined;
  /** Where the output begins once its mark is gone: the screen was cleared, or so much was printed that it scrolled out. */
  #startLine = -1;
  #end: IMarker | undefined;
  #endsInLine = false;
  #command: string | null = null;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#handlers = [
      terminal.parser.registerOscHandler(OSC_SHELL, (data) => this.#take(data)),
      terminal.parser.registerOscHandler(OSC_EDITOR, (data) => this.#name(data)),
    ];
  }

  /** What the newest command has printed so far. Null where the shell told of none, or it is no longer kept. */
  lastOutput(): CommandOutput | null {
    const start = this.#start?.isDisposed ? this.#startLine : (this.#start?.line ?? -1);
    if (start < 0 || this.#end?.line === -1) return null;
    const { active, normal } = this.#terminal.buffer;
    const running = this.#end === undefined;
    // A program that has the whole screen prints nothing that stays.
    const here = active.type === 'normal' ? normal.baseY + normal.cursorY : normal.length - 1;
    const end = this.#end ? this.#end.line - (this.#endsInLine ? 0 : 1) : here;
    let text = '';
    for (let row = start; row <= end; row += 1) {
      const line = normal.getLine(row);
      if (!line) break;
      const isCut = normal.getLine(row + 1)?.isWrapped ?? false;
      text += line.translateToString(!isCut);
      if (!isCut) text += '\n';
    }
    return { command: this.#command, text: text.trimEnd(), running };
  }

  [Symbol.dispose](): void {
    for (const handler of this.#handlers) handler.dispose();
    this.#forget();
  }

  #take(data: string): boolean {
    const verb = data.split(';')[0];
    if (verb === 'C') {
      this.#forget();
      this.#begin();
    } else if (verb === 'D' && this.#start && !this.#end) {
      this.#endsInLine = this.#terminal.buffer.active.cursorX > 0;
      this.#end = this.#terminal.registerMarker(0);
    }
    return true;
  }

  #begin(): void {
    const { buffer, rows, options } = this.#terminal;
    this.#start = this.#terminal.registerMarker(0);
    this.#start?.onDispose(() => {
      const isFull = buffer.normal.length >= rows + (options.scrollback ?? 0);
      this.#startLine = isFull ? 0 : buffer.normal.baseY;
    });
  }

  #name(data: string): boolean {
    const [verb, text = ''] = data.split(';');
    if (verb === 'E') this.#command = unescaped(text).slice(0, MAX_COMMAND);
    return true;
  }

  #forget(): void {
    this.#start?.dispose();
    this.#end?.dispose();
    this.#start = undefined;
    this.#end = undefined;
  }
}

/** The shell writes two backslashes for one, and `\xHH` for what would end its message; line breaks become spaces here. */
function unescaped(text: string): string {
  return text
    .replace(/\\(?:\\|x([0-9a-f]{2}))/gi, (_, hex: string | undefined) =>
      hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replace(/\p{C}+/gu, ' ');
}

/** Where xterm is put together. Loaded by the browser alone, after the page stands. */
import { ClipboardAddon } from '@xterm/addon-clipboard';
import { FitAddon } from '@xterm/addon-fit';
import { ImageAddon } from '@xterm/addon-image';
import { SearchAddon } from '@xterm/addon-search';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { CommandMarks, type CommandOutput } from './command-marks.ts';
import { drawNotice } from './notice-line.ts';
import { followTheme, SEARCH_COLORS, themeColors } from './screen-theme.ts';
import type { TerminalSize } from './terminal-client.ts';

export type ScreenOptions = {
  element: HTMLElement;
  fontSize: number;
  screenReader: boolean;
  /** Read out when the terminal gets the focus: what it is and how to leave it. */
  label: string;
  onType: (text: string) => void;
  onResize: (size: TerminalSize) => void;
  /** A key of ours was pressed inside the terminal; true when it was taken. */
  onShortcut: (event: KeyboardEvent) => boolean;
  /** The browser gave text to paste; nothing of it was typed yet. */
  onPaste: (text: string) => void;
  onBell: () => void;
  /** What a program calls the window. Text that a student's program made. */
  onTitle: (title: string) => void;
  /** A program wants to put text on the clipboard. */
  onProgramCopy: (text: string) => void;
};

export interface Screen {
  readonly size: TerminalSize;
  /** The program in front tells pasted text from typed text. */
  readonly bracketedPaste: boolean;
  /** The program in front asked for the other form of the arrow keys. */
  readonly applicationCursor: boolean;
  write(bytes: Uint8Array, drawn: () => void): void;
  clear(): void;
  /** A line of ours above the prompt; false where it cannot be drawn without harm. */
  notice(text: string): boolean;
  focus(): void;
  fit(): void;
  /** Draws at the size of the page that has the keyboard. */
  drawAt(size: TerminalSize): void;
  /** The same in letters that let it fit into so many pixels, not larger than `largest` and never too small to read. */
  drawWithin(size: TerminalSize, room: { width: number; height: number; largest: number }): void;
  selection(): string;
  paste(text: string): void;
  search(text: string, direction: 'next' | 'previous'): boolean;
  endSearch(): void;
  setFontSize(size: number): void;
  setScreenReader(on: boolean): void;
  lastOutput(): CommandOutput | null;
  dispose(): void;
}

const FONT = '"JetBrains Mono Variable"';
/** Lines kept for scrolling back. */
const SCROLLBACK_LINES = 5000;
/** A program's pictures are as untrusted as its text: bounded in memory, oldest out first. */
const IMAGE_LIMITS = { pixelLimit: 4_000_000, storageLimit: 32, sixelSizeLimit: 8_000_000, iipSizeLimit: 8_000_000 };
/** A title is a line of a tooltip. */
const MAX_TITLE = 200;

/** Opens a terminal in the element. The font is loaded first: cells are measured once. */
export async function openScreen(options: ScreenOptions): Promise<Screen> {
  await document.fonts.load(`${options.fontSize}px ${FONT}`).catch(() => []);
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    fontFamily: `${FONT}, monospace`,
    fontSize: options.fontSize,
    lineHeight: 1.3,
    // The palette holds by itself; colours programs mix themselves are lifted to readable.
    minimumContrastRatio: 4.5,
    screenReaderMode: options.screenReader,
    scrollback: SCROLLBACK_LINES,
    theme: themeColors(),
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  loadAddons(terminal, { fit, search }, options);
  terminal.open(options.element);
  loadWebgl(terminal);
  terminal.textarea?.setAttribute('aria-label', options.label);
  fit.fit();
  const marks = new CommandMarks(terminal);
  connect(terminal, options);
  const endTheme = followTheme(terminal);
  const dispose = () => {
    endTheme();
    marks[Symbol.dispose]();
    terminal.dispose();
  };
  return createScreen(terminal, { fit, search, marks, dispose });
}

type Fitting = { fit: FitAddon; search: SearchAddon };

function loadAddons(terminal: Terminal, { fit, search }: Fitting, { onProgramCopy }: ScreenOptions): void {
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new WebLinksAddon());
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.loadAddon(new ImageAddon(IMAGE_LIMITS));
  // What the student has copied elsewhere is never told to a program.
  terminal.loadAddon(
    new ClipboardAddon(undefined, { readText: () => '', writeText: (_selection, text) => onProgramCopy(text) }),
  );
}

function connect(terminal: Terminal, options: ScreenOptions): void {
  terminal.attachCustomKeyEventHandler((event) => !options.onShortcut(event));
  terminal.onData(options.onType);
  // The event carries more than the size.
  terminal.onResize(({ cols, rows }) => options.onResize({ cols, rows }));
  terminal.onBell(options.onBell);
  terminal.onTitleChange((title) => options.onTitle(title.replace(/\p{C}+/gu, ' ').slice(0, MAX_TITLE)));
  const takePaste = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    options.onPaste(event.clipboardData?.getData('text/plain') ?? '');
  };
  // Before xterm's own, which would type it at once.
  options.element.addEventListener('paste', takePaste, { capture: true });
}

type Parts = Fitting & { marks: CommandMarks; dispose: () => void };

function createScreen(terminal: Terminal, { fit, search, marks, dispose }: Parts): Screen {
  return {
    get size() {
      return { cols: terminal.cols, rows: terminal.rows };
    },
    get bracketedPaste() {
      return terminal.modes.bracketedPasteMode;
    },
    get applicationCursor() {
      return terminal.modes.applicationCursorKeysMode;
    },
    write: (bytes, drawn) => terminal.write(bytes, drawn),
    clear: () => terminal.reset(),
    notice: (text) => drawNotice(terminal, text),
    focus: () => terminal.focus(),
    fit: () => fit.fit(),
    drawAt: ({ cols, rows }) => terminal.resize(cols, rows),
    drawWithin: ({ cols, rows }, room) => {
      terminal.resize(cols, rows);
      // Not `fit`: a moment at another size would cost what a program has drawn on the whole screen.
      terminal.options.fontSize = fittingFont(terminal, room);
    },
    selection: () => terminal.getSelection(),
    paste: (text) => terminal.paste(text),
    search: (text, direction) =>
      direction === 'next'
        ? search.findNext(text, { incremental: true, decorations: SEARCH_COLORS })
        : search.findPrevious(text, { decorations: SEARCH_COLORS }),
    endSearch: () => search.clearDecorations(),
    setFontSize: (size) => {
      terminal.options.fontSize = size;
      fit.fit();
    },
    setScreenReader: (on) => {
      terminal.options.screenReaderMode = on;
    },
    lastOutput: () => marks.lastOutput(),
    dispose,
  };
}

/** Below this nobody reads: what does not fit is scrolled to. */
const SMALLEST_FONT = 10;

function fittingFont({ element, options }: Terminal, room: { width: number; height: number; largest: number }): number {
  const drawn = element?.querySelector('.xterm-screen');
  const now = options.fontSize ?? room.largest;
  if (!drawn?.clientWidth || !drawn.clientHeight) return now;
  const scale = Math.min(room.width / drawn.clientWidth, room.height / drawn.clientHeight);
  return Math.max(SMALLEST_FONT, Math.min(room.largest, Math.floor(now * scale)));
}

/** Without WebGL, or when the browser takes it away, xterm draws with elements. */
function loadWebgl(terminal: Terminal): void {
  const drawsWithElements = () => terminal.element?.setAttribute('data-renderer', 'dom');
  try {
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => {
      webgl.dispose();
      drawsWithElements();
    });
    terminal.loadAddon(webgl);
  } catch {
    drawsWithElements();
  }
}

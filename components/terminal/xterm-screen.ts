/** The only file that touches xterm. Loaded by the browser alone, after the page stands. */
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { ANSI_COLORS, TERMINAL_FRAME } from '../ui/palette.ts';
import { drawNotice } from './notice-line.ts';
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
};

export interface Screen {
  readonly size: TerminalSize;
  write(bytes: Uint8Array, drawn: () => void): void;
  clear(): void;
  /** A line of ours above the prompt; false where it cannot be drawn without harm. */
  notice(text: string): boolean;
  /** The same behind all that was written so far: `told` says when, and whether it was drawn. */
  remark(text: string, told: (drawn: boolean) => void): void;
  focus(): void;
  fit(): void;
  /** Draws at the size of the page that has the keyboard. */
  drawAt(size: TerminalSize): void;
  selection(): string;
  paste(text: string): void;
  search(text: string, direction: 'next' | 'previous'): boolean;
  endSearch(): void;
  setFontSize(size: number): void;
  setScreenReader(on: boolean): void;
  dispose(): void;
}

const FONT = '"JetBrains Mono Variable"';
/** Lines kept for scrolling back. */
const SCROLLBACK_LINES = 5000;

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
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new WebLinksAddon());
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.open(options.element);
  loadWebgl(terminal);
  describe(terminal, options.label);
  fit.fit();
  terminal.attachCustomKeyEventHandler((event) => !options.onShortcut(event));
  terminal.onData(options.onType);
  // The event carries more than the size.
  terminal.onResize(({ cols, rows }) => options.onResize({ cols, rows }));
  const endTheme = followTheme(terminal);
  return createScreen(terminal, { fit, search, endTheme });
}

type Parts = { fit: FitAddon; search: SearchAddon; endTheme: () => void };

function createScreen(terminal: Terminal, { fit, search, endTheme }: Parts): Screen {
  return {
    get size() {
      return { cols: terminal.cols, rows: terminal.rows };
    },
    write: (bytes, drawn) => terminal.write(bytes, drawn),
    clear: () => terminal.reset(),
    notice: (text) => drawNotice(terminal, text),
    remark: (text, told) =>
      terminal.write('', () => {
        const drawn = drawNotice(terminal, text);
        terminal.write('', () => told(drawn));
      }),
    focus: () => terminal.focus(),
    fit: () => fit.fit(),
    drawAt: ({ cols, rows }) => terminal.resize(cols, rows),
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
    dispose: () => {
      endTheme();
      terminal.dispose();
    },
  };
}

const SEARCH_COLORS = {
  matchBackground: '#5a4a26',
  matchOverviewRuler: '#e3b778',
  activeMatchBackground: '#8a6a24',
  activeMatchColorOverviewRuler: '#f2d09c',
};

/** Without WebGL, or when the browser takes it away, xterm draws with elements. */
function loadWebgl(terminal: Terminal): void {
  try {
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => webgl.dispose());
    terminal.loadAddon(webgl);
  } catch {
    terminal.element?.setAttribute('data-renderer', 'dom');
  }
}

function describe(terminal: Terminal, label: string): void {
  terminal.textarea?.setAttribute('aria-label', label);
}

function themeColors(): ITheme {
  const dark = document.documentElement.dataset.mantineColorScheme === 'dark';
  const frame = TERMINAL_FRAME[dark ? 'dark' : 'light'];
  return {
    ...ANSI_COLORS,
    background: frame['term-bg'],
    foreground: frame['term-fg'],
    cursor: frame['term-fg'],
    cursorAccent: frame['term-bg'],
    selectionBackground: '#3a5a78',
    selectionInactiveBackground: '#33404d',
    scrollbarSliderBackground: '#8a929e55',
    scrollbarSliderHoverBackground: '#8a929e88',
    scrollbarSliderActiveBackground: '#8a929eaa',
  };
}

function followTheme(terminal: Terminal): () => void {
  const observer = new MutationObserver(() => {
    terminal.options.theme = themeColors();
  });
  observer.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
  return () => observer.disconnect();
}

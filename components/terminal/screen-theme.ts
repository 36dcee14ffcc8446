import type { ITheme, Terminal } from '@xterm/xterm';
import { ANSI_COLORS, TERMINAL_FRAME } from '../ui/palette.ts';

export const SEARCH_COLORS = {
  matchBackground: '#5a4a26',
  matchOverviewRuler: '#e3b778',
  activeMatchBackground: '#8a6a24',
  activeMatchColorOverviewRuler: '#f2d09c',
};

export function themeColors(): ITheme {
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

/** Follows the page from light to dark and back. Answers how to stop. */
export function followTheme(terminal: Terminal): () => void {
  const observer = new MutationObserver(() => {
    terminal.options.theme = themeColors();
  });
  observer.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
  return () => observer.disconnect();
}

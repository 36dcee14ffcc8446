import type { CSSProperties } from 'react';
import { ANSI_COLORS, TERMINAL_FRAME } from '../ui/palette.ts';

const frame = TERMINAL_FRAME.dark;

/** The terminal's own colours, by the names that the player asks for. */
export const playerTheme = {
  '--term-color-foreground': frame['term-fg'],
  '--term-color-background': frame['term-bg'],
  ...Object.fromEntries(Object.values(ANSI_COLORS).map((color, index) => [`--term-color-${index}`, color])),
} as CSSProperties;

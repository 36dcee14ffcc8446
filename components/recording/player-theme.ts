import { ANSI_COLORS, TERMINAL_FRAME } from '../ui/palette.ts';

/** The terminal's own colours, as a recording's header names them. */
export const PLAYER_THEME = {
  fg: TERMINAL_FRAME.dark['term-fg'],
  bg: TERMINAL_FRAME.dark['term-bg'],
  palette: Object.values(ANSI_COLORS).join(':'),
};

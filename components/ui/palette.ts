/** Every colour of the product. Contrast is held by tests/unit/components/palette.test.ts. */
export type Scheme = 'light' | 'dark';

/** `edge` outlines things that can be acted on (3:1); `line` and `line-2` only divide. */
export const PALETTE = {
  light: {
    paper: '#fbfaf7',
    'paper-2': '#f4f2ec',
    line: '#e4e0d6',
    'line-2': '#cfc9bb',
    edge: '#8b8473',
    ink: '#1f1d1a',
    'ink-2': '#57534b',
    'ink-3': '#6a655c',
    accent: '#1f5f8b',
    'accent-strong': '#184d72',
    'accent-ink': '#ffffff',
    'accent-soft': '#e3eef6',
    pass: '#28714a',
    'pass-soft': '#e2f1e7',
    try: '#975300',
    'try-soft': '#fbeeda',
    help: '#a3324b',
    'help-soft': '#f9e4e8',
  },
  dark: {
    paper: '#17191c',
    'paper-2': '#1e2125',
    line: '#2c3036',
    'line-2': '#3d434b',
    edge: '#727983',
    ink: '#e9e6df',
    'ink-2': '#b5b1a8',
    'ink-3': '#9a968c',
    accent: '#7db6e0',
    'accent-strong': '#9cc8ea',
    'accent-ink': '#0d1a24',
    'accent-soft': '#1c2c39',
    pass: '#7cc796',
    'pass-soft': '#1b2e22',
    try: '#e0ab63',
    'try-soft': '#33281a',
    help: '#ee8ea2',
    'help-soft': '#38202a',
  },
} as const satisfies Record<Scheme, Record<string, string>>;

/** The frame around the terminal. Dark in both schemes, a shade deeper in the dark one. */
export const TERMINAL_FRAME = {
  light: {
    'term-bg': '#15181d',
    'term-bar': '#1c2027',
    'term-line': '#2a2f38',
    'term-fg': '#d9dde3',
    'term-dim': '#949ca8',
    'term-accent': '#86b7e0',
    'term-green': '#8fca9f',
    'term-amber': '#e3b778',
    'term-red': '#ee8d9b',
  },
  dark: {
    'term-bg': '#101216',
    'term-bar': '#15181c',
    'term-line': '#262b32',
    'term-fg': '#d9dde3',
    'term-dim': '#949ca8',
    'term-accent': '#86b7e0',
    'term-green': '#8fca9f',
    'term-amber': '#e3b778',
    'term-red': '#ee8d9b',
  },
} as const satisfies Record<Scheme, Record<string, string>>;

/** The sixteen colours programs may ask for, each readable on the terminal's background. */
export const ANSI_COLORS = {
  black: '#5d6673',
  red: '#e9808f',
  green: '#8fca9f',
  yellow: '#e3b778',
  blue: '#86b7e0',
  magenta: '#c9a6e4',
  cyan: '#7fcac4',
  white: '#d9dde3',
  brightBlack: '#858e9b',
  brightRed: '#f6a3ae',
  brightGreen: '#aadfb8',
  brightYellow: '#f2d09c',
  brightBlue: '#aacff0',
  brightMagenta: '#dcc2f1',
  brightCyan: '#a3e0db',
  brightWhite: '#ffffff',
} as const;

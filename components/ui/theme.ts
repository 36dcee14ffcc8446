import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { PALETTE, type Scheme, TERMINAL_FRAME } from './palette.ts';

export const FONT_READ = '"Source Serif 4 Variable", Georgia, serif';
export const FONT_UI = '"Inter Variable", system-ui, sans-serif';
export const FONT_CODE = '"JetBrains Mono Variable", ui-monospace, monospace';

const { light, dark } = PALETTE;

/** Shade 7 is the light scheme's accent, shade 3 the dark one's. */
const ink: MantineColorsTuple = [
  light['accent-soft'],
  '#c9dff0',
  dark['accent-strong'],
  dark.accent,
  '#5c9bc9',
  '#4485b5',
  '#2f729f',
  light.accent,
  light['accent-strong'],
  '#123b58',
];
const gray: MantineColorsTuple = [
  light.paper,
  light['paper-2'],
  light.line,
  light.line,
  light['line-2'],
  light.edge,
  light['ink-3'],
  light['ink-2'],
  light.ink,
  '#12110f',
];
const night: MantineColorsTuple = [
  dark.ink,
  dark['ink-2'],
  dark['ink-3'],
  dark.edge,
  dark['line-2'],
  dark.line,
  dark['paper-2'],
  dark.paper,
  '#131518',
  '#0e1012',
];

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  colors: { ink, gray, dark: night },
  white: light.paper,
  black: light.ink,
  fontFamily: FONT_UI,
  fontFamilyMonospace: FONT_CODE,
  headings: { fontFamily: FONT_READ, fontWeight: '600' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  defaultRadius: 6,
  respectReducedMotion: true,
  cursorType: 'pointer',
  shadows: {
    md: '0 6px 24px rgb(0 0 0 / 14%), 0 1px 3px rgb(0 0 0 / 10%)',
    xl: '0 12px 40px rgb(0 0 0 / 22%)',
  },
  components: { Menu: { defaultProps: { shadow: 'md', withinPortal: true } } },
});

/** Our names (`--paper`, `--ink`, …) for both schemes, and Mantine's own pointed at them. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--font-read': FONT_READ,
    '--font-ui': FONT_UI,
    '--font-code': FONT_CODE,
    '--mantine-line-height': '1.5',
  },
  light: schemeVariables('light'),
  dark: schemeVariables('dark'),
});

function schemeVariables(scheme: Scheme): Record<string, string> {
  const own = { ...PALETTE[scheme], ...TERMINAL_FRAME[scheme] };
  return {
    ...Object.fromEntries(Object.entries(own).map(([name, color]) => [`--${name}`, color])),
    '--mantine-color-body': PALETTE[scheme].paper,
    '--mantine-color-text': PALETTE[scheme].ink,
    '--mantine-color-bright': PALETTE[scheme].ink,
    '--mantine-color-dimmed': PALETTE[scheme]['ink-2'],
    '--mantine-color-placeholder': PALETTE[scheme]['ink-3'],
    '--mantine-color-anchor': PALETTE[scheme].accent,
    '--mantine-color-error': PALETTE[scheme].help,
    '--mantine-color-default': PALETTE[scheme].paper,
    '--mantine-color-default-hover': PALETTE[scheme]['paper-2'],
    '--mantine-color-default-color': PALETTE[scheme].ink,
    '--mantine-color-default-border': PALETTE[scheme]['line-2'],
  };
}

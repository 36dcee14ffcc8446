import { describe, expect, test } from 'vitest';
import { ANSI_COLORS, PALETTE, TERMINAL_FRAME } from '#components/ui/palette.ts';

/** WCAG 2's contrast of two colours, 1 to 21. */
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('contrast is counted as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

const TINTS = ['paper', 'paper-2', 'accent-soft', 'pass-soft', 'try-soft', 'help-soft'] as const;

describe.each(['light', 'dark'] as const)('%s scheme', (scheme) => {
  const colors = PALETTE[scheme];
  const frame = TERMINAL_FRAME[scheme];

  test.each(['ink', 'ink-2', 'ink-3'] as const)('%s is readable on every tint', (ink) => {
    for (const tint of TINTS) expect(contrast(colors[ink], colors[tint]), tint).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['accent', 'pass', 'try', 'help'] as const)('%s is readable on paper and on its own tint', (meaning) => {
    for (const tint of ['paper', 'paper-2', `${meaning}-soft`] as const)
      expect(contrast(colors[meaning], colors[tint]), tint).toBeGreaterThanOrEqual(4.5);
  });

  test('words on filled shapes are readable', () => {
    expect(contrast(colors['accent-ink'], colors.accent)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colors['accent-ink'], colors['accent-strong'])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colors.paper, colors.pass)).toBeGreaterThanOrEqual(4.5);
  });

  test('the outline of what can be acted on stands out', () => {
    for (const tint of ['paper', 'paper-2'] as const)
      expect(contrast(colors.edge, colors[tint]), tint).toBeGreaterThanOrEqual(3);
  });

  test('the terminal and its frame are readable', () => {
    for (const bg of [frame['term-bg'], frame['term-bar']])
      for (const ink of ['term-fg', 'term-dim', 'term-accent', 'term-green', 'term-amber', 'term-red'] as const)
        expect(contrast(frame[ink], bg), ink).toBeGreaterThanOrEqual(4.5);
  });

  test('every colour a program may ask for can be read, black at least as a shape', () => {
    for (const [name, color] of Object.entries(ANSI_COLORS))
      expect(contrast(color, frame['term-bg']), name).toBeGreaterThanOrEqual(name === 'black' ? 3 : 4.5);
  });
});

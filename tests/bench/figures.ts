/** The value below which this share of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export type Figure = {
  name: string;
  unit: 'ms' | 'MiB' | 'count';
  p50: number;
  p95: number | null;
  aim: string | null;
};

/** Of several: the middle and the slow end. */
export function spread(
  name: string,
  samples: readonly number[],
  unit: Figure['unit'],
  aim: string | null = null,
): Figure {
  return { name, unit, p50: round(percentile(samples, 0.5)), p95: round(percentile(samples, 0.95)), aim };
}

export const single = (name: string, value: number, unit: Figure['unit'], aim: string | null = null): Figure => ({
  name,
  unit,
  p50: round(value),
  p95: null,
  aim,
});

const round = (value: number) => (value < 10 ? Math.round(value * 10) / 10 : Math.round(value));

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, unit, p50, p95, aim }) => [
    name,
    `${p50}`,
    p95 === null ? '' : `${p95}`,
    unit,
    aim ?? '',
  ]);
  const all = [['measured', 'p50', 'p95', 'unit', 'aim'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const isWord = (column: number) => column === 0 || column > 2;
  const line = (row: string[]) =>
    row
      .map((cell, at) => (isWord(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

import { percentile } from '../figures.ts';

/** One line of the table. `ratio` is to the floor that was measured in the same run. */
export type Row = {
  through: string;
  name: string;
  unit: string;
  p50: number;
  p95: number | null;
  p99: number | null;
  ratio: { to: string; value: number } | null;
  aim: string | null;
};

type Extra = { ratio?: Row['ratio']; aim?: string };

export function spreadRow(through: string, name: string, samples: readonly number[], extra: Extra = {}): Row {
  const at = (share: number) => round(percentile(samples, share));
  return { ...single(through, name, at(0.5), { unit: 'ms', ...extra }), p95: at(0.95), p99: at(0.99) };
}

export function single(through: string, name: string, value: number, extra: Extra & { unit: string }): Row {
  const { unit, ratio = null, aim = null } = extra;
  return { through, name, unit, p50: round(value), p95: null, p99: null, ratio, aim };
}

export const ratioTo = (to: string, value: number, floor: number) => ({ to, value: round(value / floor) });

const round = (value: number) => (Math.abs(value) < 100 ? Math.round(value * 100) / 100 : Math.round(value));

export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ through, name, unit, p50, p95, p99, ratio, aim }) => [
    through,
    name,
    ...[p50, p95, p99].map((value) => (value === null ? '' : String(value))),
    unit,
    ratio ? `${ratio.value} x ${ratio.to}` : '',
    aim ?? '',
  ]);
  const all = [['through', 'measured', 'p50', 'p95', 'p99', 'unit', 'ratio', 'aim'], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

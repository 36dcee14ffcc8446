import type { DoctorFinding } from '#server/shared/views.ts';

type Values = DoctorFinding['values'];

export const ok = (code: string, values: Values = {}): DoctorFinding => ({ code, level: 'ok', values, remedy: null });

export const found = (
  level: 'note' | 'warn' | 'bad',
  code: string,
  { values = {}, remedy = null }: { values?: Values; remedy?: string | null } = {},
): DoctorFinding => ({ code, level, values, remedy });

/** With one digit after the point. */
export const gibibytes = (bytes: number): number => Math.round((bytes / 1024 ** 3) * 10) / 10;

const UNITS = {
  en: ['B', 'KiB', 'MiB', 'GiB', 'TiB'],
  fr: ['o', 'Kio', 'Mio', 'Gio', 'Tio'],
} as const;

/** Memory and disk in powers of 1024, at most one decimal: `1.4 GiB`, in French `1,4 Gio`. */
export function formatBytes(bytes: number, locale: string): string {
  const french = locale.startsWith('fr');
  const units = french ? UNITS.fr : UNITS.en;
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  const digits = value < 10 && power > 0 ? 1 : 0;
  const text = value.toFixed(digits).replace(/\.0$/, '');
  return `${french ? text.replace('.', ',') : text}\u00a0${units[power] ?? units[0]}`;
}

/** A share as whole percent; nothing of nothing is 0. */
export function sharePercent(used: number, total: number): number {
  return total > 0 ? Math.min(100, Math.max(0, Math.round((used / total) * 100))) : 0;
}

/** How a figure should be read: `tight` says act before a lesson, `full` says it will not go well. */
export function pressure(percent: number): 'fine' | 'tight' | 'full' {
  if (percent >= 95) return 'full';
  return percent >= 80 ? 'tight' : 'fine';
}

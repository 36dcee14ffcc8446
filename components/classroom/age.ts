export type AgeUnit = 'now' | 'seconds' | 'minutes' | 'hours' | 'days';
export type Age = { unit: AgeUnit; count: number };

/** How long ago, in the largest unit that fits; a clock that runs ahead of ours reads as now. */
export function ageOf(iso: string, now: number): Age {
  return spanOf(now - Date.parse(iso));
}

export function spanOf(ms: number): Age {
  const seconds = Math.floor(ms / 1000);
  if (!(seconds >= 5)) return { unit: 'now', count: 0 };
  if (seconds < 60) return { unit: 'seconds', count: seconds };
  if (seconds < 3600) return { unit: 'minutes', count: Math.floor(seconds / 60) };
  if (seconds < 48 * 3600) return { unit: 'hours', count: Math.floor(seconds / 3600) };
  return { unit: 'days', count: Math.floor(seconds / 86_400) };
}

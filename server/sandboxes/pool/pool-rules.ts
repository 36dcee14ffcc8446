import type { MadeWith } from './pool-key.ts';

/** So many of a kind should be ready. */
export type Want = { courseId: string; policy: MadeWith['policy']; count: number };
export type Shortage<W extends Want> = { want: W; key: string; missing: number };

type KeyOf<W extends Want> = (want: W) => string | null;

/** How many of each kind are wanted; what cannot be made now (no image yet) is left out. */
function totals<W extends Want>(wants: Iterable<W>, keyOf: KeyOf<W>): Map<string, { want: W; count: number }> {
  const byKey = new Map<string, { want: W; count: number }>();
  for (const want of wants) {
    const key = keyOf(want);
    if (key === null) continue;
    byKey.set(key, { want, count: (byKey.get(key)?.count ?? 0) + want.count });
  }
  return byKey;
}

/** What is missing, most missing first. */
export function shortages<W extends Want>(
  wants: Iterable<W>,
  pool: { keyOf: KeyOf<W>; ready: (key: string) => number },
): Shortage<W>[] {
  return [...totals(wants, pool.keyOf)]
    .map(([key, { want, count }]) => ({ want, key, missing: count - pool.ready(key) }))
    .filter(({ missing }) => missing > 0)
    .toSorted((a, b) => b.missing - a.missing);
}

/** What is there beyond what is wanted: made with an older image or other limits, or simply too many. */
export function surplus<R extends { key: string }, W extends Want>(
  ready: Iterable<R>,
  wants: Iterable<W>,
  keyOf: KeyOf<W>,
): R[] {
  const left = new Map([...totals(wants, keyOf)].map(([key, { count }]) => [key, count]));
  return [...ready].filter(({ key }) => {
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

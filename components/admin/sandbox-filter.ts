import type { SandboxPhase } from '#server/shared/protocol.ts';
import type { SandboxRow } from '#server/shared/views.ts';

export type SandboxFilter = { text: string; phase: SandboxPhase | 'all' };
export const SANDBOX_SORTS = ['age', 'owner', 'cpu', 'memory', 'disk'] as const;
export type SandboxSort = (typeof SANDBOX_SORTS)[number];

/** Rows whose owner, class, course or id contains every word typed, accents and case aside. */
export function filterSandboxes(rows: readonly SandboxRow[], { text, phase }: SandboxFilter): SandboxRow[] {
  const words = fold(text).split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (phase !== 'all' && row.phase !== phase) return false;
    const hay = fold(`${row.owner} ${row.classTitle} ${row.courseId} ${row.driver} ${row.sandboxId}`);
    return words.every((word) => hay.includes(word));
  });
}

/** Names from A to Z; everything else from large to small, what cannot be told last. */
export function sortSandboxes(rows: readonly SandboxRow[], sort: SandboxSort, locale: string): SandboxRow[] {
  const names = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const byOwner = (a: SandboxRow, b: SandboxRow) => names.compare(a.owner, b.owner);
  if (sort === 'owner') return [...rows].sort(byOwner);
  return [...rows].sort((a, b) => weight(b, sort) - weight(a, sort) || byOwner(a, b));
}

function weight(row: SandboxRow, sort: Exclude<SandboxSort, 'owner'>): number {
  switch (sort) {
    case 'age':
      return -Date.parse(row.createdAt);
    case 'cpu':
      return row.cpuPercent ?? -1;
    case 'memory':
      return row.memoryBytes ?? -1;
    case 'disk':
      return row.diskBytes ?? -1;
  }
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

import { sumPoints, type Worth } from '#server/shared/points.ts';
import type { StudentRow } from '#server/shared/protocol.ts';
import { needScore, timeOf } from './grid-need.ts';

export const SORTS = ['need', 'progress', 'activity', 'name'] as const;
export type GridSort = (typeof SORTS)[number];

export type OrderRequest = {
  rows: readonly StudentRow[];
  sort: GridSort;
  columns: readonly Worth[];
  now: number;
  locale: string;
};

/** Enrollment ids in the order asked for; equal ones by name, so that the order never flickers. */
export function gridOrder({ rows, sort, columns, now, locale }: OrderRequest): string[] {
  const names = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const keyed = rows.map((row) => ({ row, key: sortKey({ row, sort, columns, now }) }));
  keyed.sort((a, b) => b.key - a.key || names.compare(a.row.name, b.row.name) || compareIds(a.row, b.row));
  return keyed.map(({ row }) => row.enrollmentId);
}

/** While somebody points at the grid rows stay where they are; who came meanwhile is added below. */
export function heldOrder(held: readonly string[], wanted: readonly string[]): string[] {
  const present = new Set(wanted);
  const known = new Set(held);
  return [...held.filter((id) => present.has(id)), ...wanted.filter((id) => !known.has(id))];
}

type KeyRequest = { row: StudentRow; sort: GridSort; columns: readonly Worth[]; now: number };

function sortKey({ row, sort, columns, now }: KeyRequest): number {
  switch (sort) {
    case 'name':
      return 0;
    case 'progress':
      return sumPoints(columns, row.steps).earned;
    case 'activity':
      return timeOf(row.lastSeenAt);
    case 'need':
      return needScore(row, now);
  }
}

const compareIds = (a: StudentRow, b: StudentRow) => (a.enrollmentId < b.enrollmentId ? -1 : 1);

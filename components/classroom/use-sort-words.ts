'use client';

import { useTranslations } from 'use-intl';
import type { GridSort } from './grid-order.ts';

const KEYS = {
  need: 'sortNeed',
  progress: 'sortProgress',
  activity: 'sortActivity',
  name: 'sortName',
} as const satisfies Record<GridSort, string>;

export function useSortWords(): (sort: GridSort) => string {
  const t = useTranslations('teach.grid');
  return (sort) => t(KEYS[sort]);
}

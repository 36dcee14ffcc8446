import { type GridSort, SORTS } from './grid-order.ts';

/** The view is kept in the address: a reload, or the same link on the projector, shows it again. */
export function rememberView(hideNames: boolean, sort: GridSort): void {
  const url = new URL(window.location.href);
  if (hideNames) url.searchParams.set('names', 'hidden');
  else url.searchParams.delete('names');
  if (sort === 'need') url.searchParams.delete('sort');
  else url.searchParams.set('sort', sort);
  window.history.replaceState(null, '', url);
}

type Query = Record<string, string | string[] | undefined>;

export const readView = (query: Query): { hideNames: boolean; sort: GridSort } => ({
  hideNames: query.names === 'hidden',
  sort: SORTS.find((one) => one === query.sort) ?? 'need',
});

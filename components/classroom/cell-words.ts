import type { Cell } from './grid-cell.ts';

type Translate = (key: string, values?: Record<string, string | number>) => string;

/** What a square says to who cannot see it. Kept by state and number, as a grid asks for it thousands of times. */
export function cellWords(t: Translate): (cell: Cell) => string {
  const known = new Map<string, string>();
  return (cell) => {
    const key = `${cell.state} ${cell.tries} ${cell.here}`;
    const words = known.get(key) ?? wordsOf(cell, t);
    known.set(key, words);
    return words;
  };
}

function wordsOf({ state, tries, here }: Cell, t: Translate): string {
  const what = stateWords(state, tries, t);
  return here ? `${what}, ${t('isHere')}` : what;
}

function stateWords(state: Cell['state'], tries: number, t: Translate): string {
  switch (state) {
    case 'done':
      return tries > 0 ? t('doneAfter', { tries }) : t('done');
    case 'trying':
      return t('trying', { tries });
    case 'begun':
      return t('begun');
    case 'not_begun':
      return t('notBegun');
  }
}

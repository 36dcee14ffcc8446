'use client';

import { type RefObject, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import classes from './class-grid.module.css';
import type { GridColumn } from './grid-columns.ts';
import { keepTabStop } from './grid-keys.ts';

type Hint = { column: number; who: string | null; state: string | null; x: number; y: number; below: boolean };
type CellHintProps = { table: RefObject<HTMLTableElement | null>; columns: readonly GridColumn[] };

/** One floating hint for the whole grid: reads the square under the pointer or focus, so that no row is drawn again. */
export function CellHint({ table, columns }: CellHintProps) {
  const t = useTranslations('teach.grid');
  const [hint, setHint] = useState<Hint | null>(null);
  useEffect(() => {
    const grid = table.current;
    if (!grid) return;
    const ended = new AbortController();
    const on = { signal: ended.signal };
    const show = (event: Event) => setHint(hintAt(event.target));
    const hide = () => setHint(null);
    const focused = (event: Event) => {
      const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('td[data-col]') : null;
      if (cell) keepTabStop(grid, cell);
      setHint(hintAt(event.target));
    };
    grid.addEventListener('pointerover', show, on);
    grid.addEventListener('pointerleave', hide, on);
    grid.addEventListener('focusin', focused, on);
    grid.addEventListener('focusout', hide, on);
    grid.addEventListener('keydown', (event) => event.key === 'Escape' && hide(), on);
    window.addEventListener('scroll', hide, { ...on, capture: true, passive: true });
    return () => ended.abort();
  }, [table]);
  // Rows come and go: there is always one square that Tab can reach.
  useEffect(() => {
    const grid = table.current;
    if (!grid || grid.querySelector('td[data-col][tabindex="0"]')) return;
    keepTabStop(grid, grid.querySelector<HTMLElement>('td[data-col]'));
  });
  const column = hint ? columns[hint.column] : undefined;
  if (!hint || !column) return null;
  return (
    <div className={classes.hint} data-below={hint.below} style={{ left: hint.x, top: hint.y }} aria-hidden="true">
      <b>{t('step', { position: column.position, title: column.title })}</b>
      {hint.who ? (
        <span>
          {hint.who}: {hint.state}
        </span>
      ) : (
        <span>{t('chapter', { number: column.chapter.number, title: column.chapter.title })}</span>
      )}
    </div>
  );
}

function hintAt(target: EventTarget | null): Hint | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-col]') : null;
  if (!cell) return null;
  const box = cell.getBoundingClientRect();
  const who = cell.tagName === 'TD' ? (cell.closest('tr')?.querySelector('th span')?.textContent ?? null) : null;
  const below = box.top < 140;
  const x = Math.min(window.innerWidth - 150, Math.max(150, box.left + box.width / 2));
  return {
    column: Number(cell.dataset.col),
    who,
    state: cell.ariaLabel,
    x,
    y: below ? box.bottom + 8 : box.top - 8,
    below,
  };
}

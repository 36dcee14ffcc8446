'use client';

import { useMemo, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { StudentRow } from '#server/shared/protocol.ts';
import { CellHint } from './cell-hint.tsx';
import { cellWords } from './cell-words.ts';
import classes from './class-grid.module.css';
import type { GridColumn } from './grid-columns.ts';
import { GridHead } from './grid-head.tsx';
import { type CellRef, cellAt, moveInGrid } from './grid-keys.ts';
import { GridRow } from './grid-row.tsx';

type ClassGridProps = {
  rows: readonly StudentRow[];
  columns: readonly GridColumn[];
  labelOf: (row: StudentRow) => string;
  sortWords: string;
  onOpen: (cell: CellRef) => void;
  /** Whether somebody points at the grid: then its order is held. */
  onHold: (held: boolean) => void;
};

/** Students × steps. One stop for the Tab key; arrows move, Enter opens. Events are taken once for the whole table. */
export function ClassGrid({ rows, columns, labelOf, sortWords, onOpen, onHold }: ClassGridProps) {
  const t = useTranslations('teach.grid');
  const table = useRef<HTMLTableElement>(null);
  const words = useMemo(() => cellWords((key, values) => t(key, values)), [t]);
  const open = (target: EventTarget) => {
    const cell = cellAt(target);
    if (cell) onOpen(cell);
    return cell !== null;
  };
  return (
    <div className={classes.scroller}>
      <table
        ref={table}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells are reached by arrow keys is a grid
        role="grid"
        className={classes.grid}
        aria-label={t('tableLabel')}
        aria-readonly="true"
        onClick={(event) => open(event.target)}
        onKeyDown={(event) => {
          const taken = event.key === 'Enter' || event.key === ' ' ? open(event.target) : moveInGrid(event);
          if (taken) event.preventDefault();
        }}
        onPointerEnter={(event) => event.pointerType === 'mouse' && onHold(true)}
        onPointerLeave={() => onHold(table.current?.querySelector(':focus-visible') !== null)}
        onFocus={() => onHold(true)}
        onBlur={() => onHold(false)}
      >
        <GridHead columns={columns} sortWords={sortWords} />
        <tbody className={classes.body}>
          {rows.map((row) => (
            <GridRow key={row.enrollmentId} row={row} label={labelOf(row)} columns={columns} words={words} />
          ))}
        </tbody>
      </table>
      <CellHint table={table} columns={columns} />
    </div>
  );
}

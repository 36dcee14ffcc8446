'use client';

import { memo } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { sumPoints } from '#server/shared/points.ts';
import type { StudentRow } from '#server/shared/protocol.ts';
import classes from './class-grid.module.css';
import { type Cell, gridCell, passedCount, triesText } from './grid-cell.ts';
import type { GridColumn } from './grid-columns.ts';
import { AgeText } from './use-now.tsx';

type GridRowProps = {
  row: StudentRow;
  /** What stands for the student: the name, or a number while names are hidden. */
  label: string;
  columns: readonly GridColumn[];
  words: (cell: Cell) => string;
};

/** One student. Drawn again only when its own row changed: all its props keep their identity otherwise. */
export const GridRow = memo(function GridRow({ row, label, columns, words }: GridRowProps) {
  const t = useTranslations('teach.grid');
  return (
    <tr className={classes.row} data-row={row.enrollmentId} data-away={!row.online}>
      <th scope="row" className={classes.name}>
        <i className={classes.presence} data-online={row.online} aria-hidden="true" />
        <span className={classes.nameText}>{label}</span>
        {row.online ? <span className="visually-hidden">, {t('onlineNow')}</span> : null}
      </th>
      {columns.map((column, index) => {
        const cell = gridCell(row, column.stepKey);
        return (
          <td
            key={column.stepKey}
            tabIndex={-1}
            className={classes.cell}
            data-col={index}
            data-state={cell.state}
            data-here={cell.here || undefined}
            data-first={column.position === 1 || undefined}
            aria-label={words(cell)}
          >
            {glyph(cell)}
          </td>
        );
      })}
      <td className={classes.points}>
        <Points row={row} columns={columns} />
      </td>
      <td className={classes.last}>
        <LastPass row={row} columns={columns} />
      </td>
    </tr>
  );
});

function Points({ row, columns }: { row: StudentRow; columns: readonly GridColumn[] }) {
  const format = useFormatter();
  return format.number(sumPoints(columns, row.steps).earned);
}

function LastPass({ row, columns }: { row: StudentRow; columns: readonly GridColumn[] }) {
  const t = useTranslations('teach.grid');
  const keys = columns.map((column) => column.stepKey);
  if (keys.length > 0 && passedCount(row, keys) === keys.length) return t('allDone');
  if (!row.online) return row.lastSeenAt === null ? t('neverHere') : t('away');
  return row.lastPassAt === null ? '–' : <AgeText iso={row.lastPassAt} area="teach" />;
}

function glyph(cell: Cell): string | null {
  if (cell.state === 'done') return '✓';
  return cell.state === 'trying' ? triesText(cell.tries) : null;
}

'use client';

import { useTranslations } from 'use-intl';
import { sumPoints } from '#server/shared/points.ts';
import classes from './class-grid.module.css';
import { type GridColumn, gridChapters } from './grid-columns.ts';

/** Chapters over their steps. A step's title is told on hover, by the hint, and to a screen reader. */
export function GridHead({ columns, sortWords }: { columns: readonly GridColumn[]; sortWords: string }) {
  const t = useTranslations('teach.grid');
  return (
    <thead className={classes.head}>
      <tr className={classes.headRow}>
        <th scope="col" className={classes.name}>
          {t('studentBy', { sort: sortWords })}
        </th>
        {gridChapters(columns).map(({ chapterId, number, title, steps }) => (
          <th
            key={chapterId}
            scope="colgroup"
            colSpan={steps}
            className={classes.chapter}
            style={{ width: `calc(${steps} * var(--pitch) - 3px)` }}
            title={t('chapterSteps', { number, title, count: steps })}
          >
            {t('chapter', { number, title })}
          </th>
        ))}
        <th scope="col" className={classes.points} title={t('pointsHint', { total: sumPoints(columns, {}).total })}>
          {t('points')}
        </th>
        <th scope="col" className={classes.last} title={t('lastPassHint')}>
          {t('lastPass')}
        </th>
      </tr>
      <tr className={classes.stepRow}>
        <td className={classes.name} />
        {columns.map((column, index) => (
          <th
            key={column.stepKey}
            scope="col"
            className={classes.step}
            data-col={index}
            data-first={column.position === 1 || undefined}
            aria-label={t('step', { position: column.position, title: column.title })}
          >
            {column.position}
          </th>
        ))}
        <td className={classes.points} />
        <td className={classes.last} />
      </tr>
    </thead>
  );
}

'use client';

import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { type GridSort, SORTS } from './grid-order.ts';
import classes from './live-class.module.css';
import { useSortWords } from './use-sort-words.ts';

type GridToolbarProps = {
  sort: GridSort;
  hideNames: boolean;
  held: boolean;
  onSort: (sort: GridSort) => void;
  onHideNames: (hidden: boolean) => void;
};

export function GridToolbar({ sort, hideNames, held, onSort, onHideNames }: GridToolbarProps) {
  const t = useTranslations('teach.grid');
  const words = useSortWords();
  const id = useId();
  const chosen = (value: string) => SORTS.find((one) => one === value) ?? 'need';
  return (
    <div className={classes.toolbar}>
      <label htmlFor={id}>{t('sort')}</label>
      <select id={id} value={sort} onChange={(event) => onSort(chosen(event.currentTarget.value))}>
        {SORTS.map((one) => (
          <option key={one} value={one}>
            {words(one)}
          </option>
        ))}
      </select>
      <label className={classes.check} title={t('hideNamesHint')}>
        <input type="checkbox" checked={hideNames} onChange={(event) => onHideNames(event.currentTarget.checked)} />
        {t('hideNames')}
      </label>
      <span className={classes.held} data-held={held}>
        {t('held')}
      </span>
    </div>
  );
}

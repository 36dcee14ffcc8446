'use client';

import { useId, useMemo, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { sandboxPhase } from '#server/shared/protocol.ts';
import type { SandboxRow } from '#server/shared/views.ts';
import classes from './admin.module.css';
import {
  filterSandboxes,
  SANDBOX_SORTS,
  type SandboxFilter,
  type SandboxSort,
  sortSandboxes,
} from './sandbox-filter.ts';
import { type SandboxActions, SandboxTable } from './sandbox-table.tsx';

const PHASES = sandboxPhase.options;
const EVERYTHING: SandboxFilter = { text: '', phase: 'all' };

type SandboxSectionProps = SandboxActions & { sandboxes: readonly SandboxRow[] };

export function SandboxSection({ sandboxes, ...actions }: SandboxSectionProps) {
  const t = useTranslations('admin.sandboxes');
  const locale = useLocale();
  const [filter, setFilter] = useState(EVERYTHING);
  const [sort, setSort] = useState<SandboxSort>('age');
  const rows = useMemo(
    () => sortSandboxes(filterSandboxes(sandboxes, filter), sort, locale),
    [sandboxes, filter, sort, locale],
  );
  return (
    <section className={classes.section} aria-labelledby="sandboxes-title">
      <h2 id="sandboxes-title">
        {t('title')}{' '}
        {sandboxes.length > 0 ? <small>{t('shown', { shown: rows.length, total: sandboxes.length })}</small> : null}
      </h2>
      {sandboxes.length === 0 ? (
        <p className={classes.quiet}>
          {t('none')}. {t('noneLead')}
        </p>
      ) : (
        <>
          <Filters filter={filter} sort={sort} onFilter={setFilter} onSort={setSort} />
          {rows.length === 0 ? (
            <p className={classes.quiet}>
              {t('noneFound')}{' '}
              <Button size="sm" onClick={() => setFilter(EVERYTHING)}>
                {t('clear')}
              </Button>
            </p>
          ) : (
            <SandboxTable rows={rows} {...actions} />
          )}
        </>
      )}
    </section>
  );
}

type FiltersProps = {
  filter: SandboxFilter;
  sort: SandboxSort;
  onFilter: (filter: SandboxFilter) => void;
  onSort: (sort: SandboxSort) => void;
};

function Filters({ filter, sort, onFilter, onSort }: FiltersProps) {
  const t = useTranslations('admin.sandboxes');
  const id = useId();
  return (
    <search className={classes.filters}>
      <label htmlFor={`${id}-text`}>{t('filter')}</label>
      <input
        id={`${id}-text`}
        type="search"
        placeholder={t('filterPlaceholder')}
        value={filter.text}
        onChange={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
      />
      <label htmlFor={`${id}-phase`}>{t('phase')}</label>
      <select
        id={`${id}-phase`}
        value={filter.phase}
        onChange={(event) => {
          const phase = PHASES.find((one) => one === event.currentTarget.value) ?? 'all';
          onFilter({ ...filter, phase });
        }}
      >
        <option value="all">{t('allPhases')}</option>
        {PHASES.map((phase) => (
          <option key={phase} value={phase}>
            {t(phase)}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-sort`}>{t('order')}</label>
      <select
        id={`${id}-sort`}
        value={sort}
        onChange={(event) => onSort(SANDBOX_SORTS.find((one) => one === event.currentTarget.value) ?? 'age')}
      >
        {SANDBOX_SORTS.map((one) => (
          <option key={one} value={one}>
            {t(one)}
          </option>
        ))}
      </select>
    </search>
  );
}

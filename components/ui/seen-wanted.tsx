'use client';

import { useTranslations } from 'use-intl';
import classes from './seen-wanted.module.css';

type Words = string | null | undefined;

/** What a check found and what it was looking for, in its own words. */
export function SeenWanted({ seen, wanted }: { seen: Words; wanted: Words }) {
  const t = useTranslations('common');
  if (!seen && !wanted) return null;
  return (
    <dl className={classes.list}>
      {seen ? (
        <>
          <dt>{t('seen')}</dt>
          <dd>{seen}</dd>
        </>
      ) : null}
      {wanted ? (
        <>
          <dt>{t('wanted')}</dt>
          <dd>{wanted}</dd>
        </>
      ) : null}
    </dl>
  );
}

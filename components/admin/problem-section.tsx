'use client';

import { useTranslations } from 'use-intl';
import { AgeText } from '#components/classroom/use-now.tsx';
import type { SystemView } from '#server/shared/views.ts';
import classes from './admin.module.css';

/** What went wrong lately, in words, each with what to do. */
export function ProblemSection({ problems }: { problems: SystemView['problems'] }) {
  const t = useTranslations('admin.problems');
  return (
    <section className={classes.section} aria-labelledby="problems-title">
      <h2 id="problems-title">{t('title')}</h2>
      {problems.length === 0 ? <p className={classes.quiet}>{t('none')}</p> : null}
      <ul className={classes.problems}>
        {problems.map(({ at, kind, subject, detail, remedy }) => (
          <li key={`${at} ${kind} ${subject} ${detail}`}>
            <span>
              <AgeText iso={at} area="admin" />
            </span>
            <div>
              <p>{t(`kind_${kind}`, { subject, detail })}</p>
              {remedy ? (
                <p className={classes.quiet}>
                  {t('remedy')}: {remedy}
                </p>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

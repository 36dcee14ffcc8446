'use client';

import { useTranslations } from 'use-intl';
import { ButtonLink } from '#components/ui/button.tsx';
import classes from './evidence-panel.module.css';

/** From a student's evidence to the page that sums it up. */
export function ResultsLink({ enrollmentId }: { enrollmentId: string }) {
  const t = useTranslations('teach.results');
  return (
    <section className={classes.copy} aria-labelledby="results-title">
      <h4 id="results-title">{t('heading')}</h4>
      <p>{t('offer')}</p>
      <ButtonLink size="sm" href={`/results/${enrollmentId}`}>
        {t('open')}
      </ButtonLink>
    </section>
  );
}

'use client';

import { useTranslations } from 'use-intl';
import { ButtonLink } from '../ui/button.tsx';
import classes from './recording.module.css';

/** From a student's evidence to their recordings. */
export function RecordingsLink({ enrollmentId }: { enrollmentId: string }) {
  const t = useTranslations('recording');
  return (
    <section className={classes.offer} aria-labelledby="recordings-title">
      <h4 id="recordings-title">{t('offerTitle')}</h4>
      <p>{t('offer')}</p>
      <ButtonLink size="sm" href={`/recordings/${enrollmentId}`}>
        {t('offerOpen')}
      </ButtonLink>
    </section>
  );
}

'use client';

import { useTranslations } from 'use-intl';
import { ButtonLink } from '#components/ui/button.tsx';
import classes from './evidence-panel.module.css';

/** From a student's evidence to their terminal as it is now. */
export function WatchLink({ classroomId, enrollmentId }: { classroomId: string; enrollmentId: string }) {
  const t = useTranslations('teach.watch');
  return (
    <section className={classes.copy} aria-labelledby="watch-title">
      <h4 id="watch-title">{t('heading')}</h4>
      <p>{t('offer')}</p>
      <ButtonLink size="sm" href={`/teach/${classroomId}/watch/${enrollmentId}`}>
        {t('open')}
      </ButtonLink>
    </section>
  );
}

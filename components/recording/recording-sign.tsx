'use client';

import { useTranslations } from 'use-intl';
import classes from './recording.module.css';

/** Always to be seen beside a terminal that is recorded. */
export function RecordingSign({ days }: { days: number }) {
  const t = useTranslations('recording');
  return (
    <span className={classes.sign} title={t('notice', { days })}>
      <span className={classes.dot} aria-hidden="true" />
      {t('sign')}
    </span>
  );
}

'use client';

import { useLocale, useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { timeOfDay } from '#components/ui/local-time.tsx';
import type { LessonView } from '#server/shared/views.ts';
import classes from './lessons.module.css';

type LessonListProps = {
  /** Null until they are read. */
  lessons: readonly LessonView[] | null;
  busy: boolean;
  onRemove: (lessonId: string) => void;
};

/** The next lesson first. Shown in a window that only a browser opens: its time zone is the reader's. */
export function LessonList({ lessons, busy, onRemove }: LessonListProps) {
  const t = useTranslations('teach.lessons');
  const language = useLocale();
  if (lessons === null) return null;
  if (lessons.length === 0) return <p className={classes.none}>{t('none')}</p>;
  return (
    <ul className={classes.list} aria-label={t('list')}>
      {lessons.map(({ lessonId, startsAt, endsAt, seats }) => {
        const day = dayOf(startsAt, language);
        const from = timeOfDay(startsAt, language);
        return (
          <li key={lessonId}>
            <b>{day}</b>
            <span>{t('times', { from, to: timeOfDay(endsAt, language) })}</span>
            <span>{t('count', { seats })}</span>
            <Button
              size="sm"
              disabled={busy}
              aria-label={t('removeOf', { day, from })}
              onClick={() => onRemove(lessonId)}
            >
              {t('remove')}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}

const dayOf = (iso: string, language: string): string =>
  new Date(iso).toLocaleDateString(language, { weekday: 'short', day: 'numeric', month: 'long' });

'use client';

import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import type { NewLesson } from '#server/shared/pool-policy.ts';
import { EMPTY_LESSON, LESSON_FIELDS, type LessonField, readLesson } from './lesson-draft.ts';
import classes from './lessons.module.css';

const TYPES: Record<LessonField, string> = { day: 'date', from: 'time', to: 'time', seats: 'text' };

type LessonFormProps = { busy: boolean; onAdd: (lesson: NewLesson) => Promise<boolean> };

export function LessonForm({ busy, onAdd }: LessonFormProps) {
  const t = useTranslations('teach.lessons');
  const [draft, setDraft] = useState(EMPTY_LESSON);
  const [wrong, setWrong] = useState<readonly LessonField[]>([]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const read = readLesson(draft, new Date());
    setWrong(read.ok ? [] : read.wrong);
    if (!read.ok) return document.getElementById(`lesson-${read.wrong[0]}`)?.focus();
    // The same hours and seats often come again on another day.
    if (await onAdd(read.lesson)) setDraft((before) => ({ ...before, day: '' }));
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      {LESSON_FIELDS.map((field) => (
        <div key={field} className={classes.field}>
          <label htmlFor={`lesson-${field}`}>{t(field)}</label>
          <input
            id={`lesson-${field}`}
            type={TYPES[field]}
            inputMode={field === 'seats' ? 'numeric' : undefined}
            autoComplete="off"
            value={draft[field]}
            aria-invalid={wrong.includes(field)}
            aria-describedby={wrong.includes(field) ? `lesson-${field}-wrong` : undefined}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setDraft((before) => ({ ...before, [field]: value }));
            }}
          />
          {wrong.includes(field) ? <p id={`lesson-${field}-wrong`}>{t(`${field}Wrong`)}</p> : null}
        </div>
      ))}
      <Button type="submit" variant="primary" busy={busy}>
        {t('add')}
      </Button>
    </form>
  );
}

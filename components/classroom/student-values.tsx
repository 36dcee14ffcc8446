'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ActionResult, ChapterValues } from '#server/shared/views.ts';
import classes from './evidence-panel.module.css';

export type ReadValues = (asked: { enrollmentId: string; chapterId: string }) => Promise<ActionResult<ChapterValues>>;

type StudentValuesProps = { enrollmentId: string; chapterId: string; readValues: ReadValues };

/** What this student's commands name where another's name something else: needed to help, or to compare. */
export function StudentValues({ enrollmentId, chapterId, readValues }: StudentValuesProps) {
  const t = useTranslations('teach.values');
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<ActionResult<ChapterValues> | null>(null);
  const read = async () => {
    setBusy(true);
    setAnswer(await readValues({ enrollmentId, chapterId }).catch(() => ({ ok: false, code: 'timed_out' }) as const));
    setBusy(false);
  };
  return (
    <section className={classes.copy} aria-labelledby="values-title">
      <h4 id="values-title">{t('heading')}</h4>
      <p>{t('offer')}</p>
      {answer?.ok === false ? <ErrorNotice code={answer.code} /> : null}
      <div role="status">
        {answer?.ok ? (
          <dl className={classes.values}>
            {answer.value.map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <code>{value}</code>
                </dd>
              </div>
            ))}
          </dl>
        ) : null}
      </div>
      {answer?.ok ? null : (
        <Button size="sm" busy={busy} onClick={() => void read()}>
          {t('show')}
        </Button>
      )}
    </section>
  );
}

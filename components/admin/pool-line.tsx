'use client';

import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { ActionResult, PoolView } from '#server/shared/views.ts';
import classes from './pool-line.module.css';

export type SavePoolTarget = (courseId: string, target: number) => Promise<ActionResult<null>>;

/** One course: how many are warm, for what, why not more; and the number that is kept at all times. */
export function PoolLine({ pool, saveTarget }: { pool: PoolView; saveTarget: SavePoolTarget }) {
  const t = useTranslations('admin.pool');
  const { courseId, ready, prepared, starting, target, held, forLessons } = pool;
  return (
    <tr>
      <th scope="row">{courseId}</th>
      <td data-label={t('ready')}>
        {t('readyOf', { ready, target })}
        {prepared > 0 ? <small>{t('prepared', { count: prepared })}</small> : null}
        {starting > 0 ? <small>{t('starting')}</small> : null}
        {held === null ? null : <small>{t(`held.${held}`)}</small>}
      </td>
      <td data-label={t('forLessons')}>{forLessons}</td>
      <td data-label={t('byHand')}>
        <TargetForm pool={pool} saveTarget={saveTarget} />
      </td>
    </tr>
  );
}

function TargetForm({ pool: { courseId, byHand }, saveTarget }: { pool: PoolView; saveTarget: SavePoolTarget }) {
  const t = useTranslations('admin.pool');
  const [text, setText] = useState(String(byHand));
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const target = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    const result = Number.isNaN(target) ? null : await saveTarget(courseId, target).catch(() => null);
    setBusy(false);
    setSaved(result?.ok === true);
    if (Number.isNaN(target)) return setRefused('limit_out_of_range');
    setRefused(result?.ok ? null : (result?.code ?? 'timed_out'));
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <input
        inputMode="numeric"
        autoComplete="off"
        aria-label={t('targetOf', { course: courseId })}
        aria-invalid={refused !== null}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setSaved(false);
        }}
      />
      <Button type="submit" size="sm" busy={busy} aria-label={t('saveOf', { course: courseId })}>
        {t('save')}
      </Button>
      <span role="status">{saved ? t('saved') : null}</span>
      {refused ? <ErrorNotice code={refused} /> : null}
    </form>
  );
}

'use client';

import { Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { DEFAULT_KEEP_DAYS, MOST_KEEP_DAYS, type RecordingSetting } from '#server/shared/recording-policy.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import classes from './recording.module.css';

export type SaveClassRecording = (setting: RecordingSetting) => Promise<ActionResult<null>>;

type ClassRecordingProps = { recording: RecordingSetting; save: SaveClassRecording };

/** Whether the class records its terminals: to be seen from outside, changed inside. */
export function ClassRecordingButton({ recording, save }: ClassRecordingProps) {
  const t = useTranslations('recording');
  const [opened, setOpened] = useState(false);
  const [now, setNow] = useState(recording);
  return (
    <>
      <Button variant="quiet" onClick={() => setOpened(true)}>
        {now.days === null ? null : <span className={classes.dot} aria-hidden="true" />}
        {now.days === null ? t('buttonOff') : t('buttonOn')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        centered
        size="lg"
        title={t('title')}
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        <Form
          recording={now}
          save={save}
          onCancel={() => setOpened(false)}
          onSaved={(saved) => {
            setNow(saved);
            setOpened(false);
          }}
        />
      </Modal>
    </>
  );
}

type FormProps = ClassRecordingProps & { onCancel: () => void; onSaved: (saved: RecordingSetting) => void };

function Form({ recording, save, onCancel, onSaved }: FormProps) {
  const t = useTranslations('recording');
  const [isOn, setOn] = useState(recording.days !== null);
  const [days, setDays] = useState(String(recording.days ?? DEFAULT_KEEP_DAYS));
  const [isWrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const kept = readDays(days);
    setWrong(isOn && kept === null);
    if (isOn && kept === null) return document.getElementById('recording-days')?.focus();
    const setting = { days: isOn ? kept : null };
    setBusy(true);
    const result = await save(setting).catch(() => null);
    setBusy(false);
    if (!result?.ok) return setRefused(result?.code ?? 'timed_out');
    onSaved(setting);
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <p className={classes.lead}>{t('lead')}</p>
      <ul className={classes.facts}>
        <li>{t('factTold')}</li>
        <li>{t('factKept')}</li>
        <li>{t('factWatched')}</li>
      </ul>
      <label className={classes.switch}>
        <input type="checkbox" checked={isOn} onChange={(event) => setOn(event.currentTarget.checked)} />
        {t('switch')}
      </label>
      <div className={classes.field}>
        <label htmlFor="recording-days">{t('days')}</label>
        <input
          id="recording-days"
          inputMode="numeric"
          autoComplete="off"
          value={days}
          disabled={!isOn}
          aria-invalid={isWrong}
          aria-describedby="recording-days-hint"
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        <p id="recording-days-hint" data-wrong={isWrong}>
          {t('daysHint', { most: MOST_KEEP_DAYS })}
        </p>
      </div>
      {refused ? <ErrorNotice code={refused} /> : null}
      <div className={classes.actions}>
        <Button type="submit" variant="primary" busy={busy}>
          {t('save')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </div>
    </form>
  );
}

/** Null when it is no number of days that may be kept. */
function readDays(text: string): number | null {
  const days = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0;
  return days >= 1 && days <= MOST_KEEP_DAYS ? days : null;
}

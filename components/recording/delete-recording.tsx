'use client';

import { Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { MomentTime } from './moment-time.tsx';
import classes from './recording.module.css';

type DeleteRecordingProps = { startedAt: string; remove: () => Promise<ActionResult<null>>; onDone: () => void };

/** Asks once more, as it cannot be had back. */
export function DeleteRecording({ startedAt, remove, onDone }: DeleteRecordingProps) {
  const t = useTranslations('recording');
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const act = async () => {
    setBusy(true);
    const reply = await remove().catch(() => null);
    setBusy(false);
    if (!reply?.ok) return setRefused(reply?.code ?? 'timed_out');
    setAsking(false);
    onDone();
  };
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)}>
        {t('delete')}
        <span className="visually-hidden">
          {' '}
          <MomentTime iso={startedAt} />
        </span>
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        centered
        title={t('deleteTitle')}
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        <p className={classes.lead}>{t('deleteLead')}</p>
        {refused ? <ErrorNotice code={refused} /> : null}
        <div className={classes.actions}>
          <Button variant="danger" busy={busy} onClick={() => void act()}>
            {t('deleteConfirm')}
          </Button>
          <Button data-autofocus onClick={() => setAsking(false)}>
            {t('cancel')}
          </Button>
        </div>
      </Modal>
    </>
  );
}

'use client';

import { IconPlayerRecord } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { RecordingNotice } from '#server/shared/recording-policy.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import classes from './recording.module.css';

type RecordingNoticeBoxProps = {
  recording: RecordingNotice | null;
  confirm: (days: number) => Promise<ActionResult<RecordingNotice | null>>;
};

/** Tells a student that their class records, before anything is recorded; gone once they confirmed that they read it. */
export function RecordingNoticeBox({ recording, confirm }: RecordingNoticeBoxProps) {
  return recording && !recording.told ? <Box days={recording.days} confirm={confirm} /> : null;
}

function Box({ days, confirm }: { days: number; confirm: RecordingNoticeBoxProps['confirm'] }) {
  const t = useTranslations('recording');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const agree = async () => {
    setBusy(true);
    // What was confirmed comes back through the live door, to every page of the student's.
    const reply = await confirm(days).catch(() => null);
    setBusy(false);
    setRefused(reply?.ok ? null : (reply?.code ?? 'timed_out'));
  };
  return (
    <section className={classes.notice} aria-labelledby="recording-notice" role="status">
      <IconPlayerRecord className={classes.icon} size={18} aria-hidden="true" />
      <div className={classes.words}>
        <p id="recording-notice">
          <b>{t('noticeTitle')}</b> {t('notice', { days })}
        </p>
        <p>{t('noticeDetail')}</p>
        {refused ? <ErrorNotice code={refused} /> : null}
        <Button size="sm" variant="primary" busy={busy} onClick={() => void agree()}>
          {t('confirm')}
        </Button>
      </div>
    </section>
  );
}

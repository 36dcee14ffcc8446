'use client';

import { Modal } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { ActionResult, ClassroomSummary } from '#server/shared/views.ts';
import classes from './live-class.module.css';

type CloseClassProps = {
  classroom: ClassroomSummary;
  closeClass: (classroomId: string) => Promise<ActionResult<null>>;
};

/** Asks once, saying what ends and what stays. */
export function CloseClassButton({ classroom, closeClass }: CloseClassProps) {
  const t = useTranslations('teach.close');
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<ErrorCode | null>(null);
  const close = async () => {
    setBusy(true);
    const result = await closeClass(classroom.classroomId).catch(() => null);
    setBusy(false);
    if (!result?.ok) return setFailed(result?.code ?? 'timed_out');
    setAsking(false);
    router.refresh();
  };
  return (
    <>
      <Button variant="quiet" onClick={() => setAsking(true)}>
        {t('button')}
      </Button>
      <Modal opened={asking} onClose={() => setAsking(false)} centered title={t('title', { title: classroom.title })}>
        <p className={classes.ask}>{t('lead')}</p>
        {failed ? <ErrorNotice code={failed} /> : null}
        <div className={classes.askActions}>
          <Button variant="danger" busy={busy} onClick={() => void close()}>
            {busy ? t('closing') : t('confirm')}
          </Button>
          <Button data-autofocus onClick={() => setAsking(false)}>
            {t('cancel')}
          </Button>
        </div>
      </Modal>
    </>
  );
}

'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { SandboxView } from '#server/shared/protocol.ts';
import type { ActionResult } from '#server/shared/views.ts';
import classes from './evidence-panel.module.css';

export type OpenCopy = (enrollmentId: string) => Promise<ActionResult<SandboxView>>;

type CopySandboxProps = { classroomId: string; enrollmentId: string; openCopy: OpenCopy };

/** Takes a copy of the student's sandbox and leads to it. */
export function CopySandbox({ classroomId, enrollmentId, openCopy }: CopySandboxProps) {
  const t = useTranslations('teach.copy');
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const open = async () => {
    setBusy(true);
    const reply = await openCopy(enrollmentId).catch(() => null);
    if (reply?.ok) return router.push(`/teach/${classroomId}/copy/${enrollmentId}`);
    setBusy(false);
    setRefused(reply?.code ?? 'timed_out');
  };
  return (
    <section className={classes.copy} aria-labelledby="copy-title">
      <h4 id="copy-title">{t('heading')}</h4>
      <p>{t('offer')}</p>
      {refused === 'sandbox_gone' ? <p role="alert">{t('nothing')}</p> : null}
      {refused && refused !== 'sandbox_gone' ? <ErrorNotice code={refused} /> : null}
      <Button size="sm" busy={busy} onClick={() => void open()}>
        {busy ? t('opening') : t('open')}
      </Button>
    </section>
  );
}

'use client';

import { Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { ActionResult } from '#server/shared/views.ts';
import classes from './admin.module.css';

type ConfirmButtonProps = {
  label: string;
  /** The whole action, for a screen reader. */
  name: string;
  title: string;
  /** What is lost and what stays. */
  lead: string;
  confirm: string;
  danger?: boolean;
  disabled?: boolean;
  run: () => Promise<ActionResult<null>>;
  onDone?: () => void;
};

/** Asks before it acts; stays open with the reason when it was refused. */
export function ConfirmButton({ label, name, disabled = false, ...question }: ConfirmButtonProps) {
  const t = useTranslations('admin.sandboxes');
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<ErrorCode | null>(null);
  const act = async () => {
    setBusy(true);
    setFailed(null);
    const result = await question.run().catch(() => null);
    setBusy(false);
    if (!result?.ok) return setFailed(result?.code ?? 'timed_out');
    setAsking(false);
    question.onDone?.();
  };
  return (
    <>
      <Button size="sm" aria-label={name} disabled={disabled} onClick={() => setAsking(true)}>
        {label}
      </Button>
      <Modal opened={asking} onClose={() => setAsking(false)} centered title={question.title}>
        <p className={classes.ask}>{question.lead}</p>
        {failed ? <ErrorNotice code={failed} /> : null}
        <div className={classes.askActions}>
          <Button variant={question.danger ? 'danger' : 'primary'} busy={busy} onClick={() => void act()}>
            {busy ? t('working') : question.confirm}
          </Button>
          <Button data-autofocus onClick={() => setAsking(false)}>
            {t('cancel')}
          </Button>
        </div>
      </Modal>
    </>
  );
}

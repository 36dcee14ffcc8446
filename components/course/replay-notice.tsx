'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { SandboxView } from '#server/shared/protocol.ts';
import { Button } from '../ui/button.tsx';
import classes from './back-to-start.module.css';

type ReplayNoticeProps = {
  sandbox: SandboxView;
  /** A step's title by its key. */
  titleOf: (stepKey: string) => string;
  busy: boolean;
  onRetry: (stepKey: string) => void;
  onFresh: () => void;
};

/** The way to the start of a step was not gone to its end: where it stopped, what is safe, what to do. */
export function ReplayNotice({ sandbox, titleOf, busy, onRetry, onFresh }: ReplayNoticeProps) {
  const t = useTranslations('learn');
  const [left, setLeft] = useState<string | null>(null);
  const { replay, sandboxId } = sandbox;
  const isOver = replay === null || replay.state === 'running' || replay.state === 'done';
  if (isOver || sandbox.phase !== 'ready' || left === sandboxId) return null;
  const { done, of, failedStep } = replay;
  return (
    <section className={classes.notice} aria-label={t('replayLabel')} role="alert">
      <p>
        {failedStep === null
          ? t('replayInterrupted', { title: titleOf(replay.stepKey), done, of })
          : t('replayFailed', { title: titleOf(failedStep), done, of })}
      </p>
      <div className={classes.choices}>
        <Button size="sm" variant="primary" busy={busy} onClick={() => onRetry(replay.stepKey)}>
          {t('replayRetry')}
        </Button>
        <Button size="sm" disabled={busy} onClick={onFresh}>
          {t('replayFresh')}
        </Button>
        <Button size="sm" variant="quiet" onClick={() => setLeft(sandboxId)}>
          {t('replayGoOn')}
        </Button>
      </div>
    </section>
  );
}

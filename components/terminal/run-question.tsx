'use client';

import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import classes from './run-question.module.css';
import type { RunState } from './run-queue.ts';

type RunQuestionProps = { run: RunState; onInterrupt: () => void; onCancel: () => void };

/** Under the screen: a program has the terminal, so the student says whether the command may take it. */
export function RunQuestion({ run, onInterrupt, onCancel }: RunQuestionProps) {
  const t = useTranslations('terminal');
  const answer = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (run.phase === 'asking') answer.current?.focus();
  }, [run.phase]);
  if (run.phase === 'idle') return null;
  const shown = run.phase === 'asking' || run.phase === 'interrupting' ? run.command : null;
  return (
    <div className={classes.question} role="status">
      <p>
        {t(`run_${run.phase}`, run.phase === 'typing' ? { left: run.left } : {})}
        {shown ? <code>{shown.split('\n')[0]}</code> : null}
      </p>
      {run.phase === 'asking' ? (
        <button ref={answer} type="button" data-primary="true" onClick={onInterrupt}>
          {t('interruptAndRun')}
        </button>
      ) : null}
      <button type="button" onClick={onCancel}>
        {t(run.phase === 'asking' || run.phase === 'typing' ? 'cancel' : 'close')}
      </button>
    </div>
  );
}

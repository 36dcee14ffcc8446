'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { pastedLines } from './paste-rules.ts';
import classes from './run-question.module.css';
import type { PasteWay } from './shell-parts.ts';

type PasteQuestionProps = {
  text: string;
  onPaste: (way: PasteWay, remember: boolean) => void;
  onCancel: () => void;
};

const SHOWN_LINES = 4;

/** Under the screen: pasted lines would run at once, so the student sees them first. */
export function PasteQuestion({ text, onPaste, onCancel }: PasteQuestionProps) {
  const t = useTranslations('terminal');
  const question = useId();
  const [remember, setRemember] = useState(false);
  const answer = useRef<HTMLButtonElement>(null);
  useEffect(() => answer.current?.focus(), []);
  const lines = pastedLines(text);
  const more = lines.length - SHOWN_LINES;
  return (
    <div
      className={classes.question}
      role="alertdialog"
      aria-labelledby={question}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
      }}
    >
      <div className={classes.text}>
        <p id={question}>{t('pasteQuestion', { lines: lines.length })}</p>
        <pre className={classes.lines}>{lines.slice(0, SHOWN_LINES).join('\n')}</pre>
        {more > 0 ? <p>{t('pasteMore', { lines: more })}</p> : null}
      </div>
      <button type="button" onClick={() => onPaste('as_is', remember)}>
        {t('pasteAnyway')}
      </button>
      <button type="button" onClick={() => onPaste('one_line', remember)}>
        {t('pasteOneLine')}
      </button>
      <button ref={answer} type="button" data-primary="true" onClick={onCancel}>
        {t('cancel')}
      </button>
      <label className={classes.remember}>
        <input type="checkbox" checked={remember} onChange={(event) => setRemember(event.target.checked)} />
        {t('pasteRemember')}
      </label>
    </div>
  );
}

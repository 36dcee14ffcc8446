'use client';

import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { StatusDot } from '../ui/status-dot.tsx';
import type { TerminalState } from './terminal-client.ts';
import classes from './terminal-foot.module.css';
import { connectionWords } from './terminal-words.ts';

type TerminalFootProps = {
  state: TerminalState;
  /** Without a sandbox there is no wire to speak of. */
  ready: boolean;
  notice: string | null;
  /** What is offered quietly: ports that are open. */
  extra: ReactNode;
  onRetry: () => void;
  onTakeKeyboard: () => void;
  /** Null for the only shell. */
  onClose: (() => void) | null;
};

/** How the wire is, what just happened, and the way out of the terminal. */
export function TerminalFoot({ state, ready, notice, extra, onRetry, onTakeKeyboard, onClose }: TerminalFootProps) {
  const t = useTranslations('terminal');
  const errors = useTranslations('errors');
  const { key, values, tone } = connectionWords(state);
  return (
    <footer className={classes.foot}>
      <span className={classes.state} data-tone={tone}>
        {ready ? <StatusDot tone={tone} /> : null}
        {ready ? t(key, values) : t('noConnection')}
      </span>
      <span className={classes.notice} role="status">
        {notice ?? (state.phase === 'refused' ? errors(state.code) : null)}
      </span>
      {state.phase === 'exited' ? (
        <>
          {onClose ? <FootButton onClick={onClose}>{t('closeShell')}</FootButton> : null}
          <FootButton onClick={onRetry}>{t('newShell')}</FootButton>
        </>
      ) : null}
      {state.phase === 'waiting' && ready ? <FootButton onClick={onRetry}>{t('retryNow')}</FootButton> : null}
      {state.phase === 'refused' ? <FootButton onClick={onRetry}>{t('retryNow')}</FootButton> : null}
      {state.phase === 'open' && !state.writable ? (
        <>
          <span>{t('elsewhere')}</span>
          <FootButton onClick={onTakeKeyboard}>{t('typeHere')}</FootButton>
        </>
      ) : null}
      {extra}
      <span className={classes.hint}>
        <kbd>Ctrl F6</kbd> {t('leave')}
      </span>
    </footer>
  );
}

function FootButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button type="button" className={classes.action} onClick={onClick}>
      {children}
    </button>
  );
}

'use client';

import { type RefObject, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Company, TurnEnding } from '#server/shared/company.ts';
import type { TerminalLayout } from '#server/shared/terminal-layout.ts';
import { StatusDot } from '../ui/status-dot.tsx';
import { PasteQuestion } from './paste-question.tsx';
import { asOneLine } from './paste-rules.ts';
import barClasses from './terminal-bar.module.css';
import type { TerminalState } from './terminal-client.ts';
import footClasses from './terminal-foot.module.css';
import panelClasses from './terminal-panel.module.css';
import { useTerminalSettings } from './terminal-settings.ts';
import { connectionWords } from './terminal-words.ts';
import { useNotice } from './use-notice.ts';
import { useShellName } from './use-shell-name.ts';
import classes from './watch-panel.module.css';
import { type WatchHandle, WatchView } from './watch-view.tsx';

type WatchPanelProps = {
  ref: RefObject<WatchHandle | null>;
  enrollmentId: string;
  shells: TerminalLayout['shells'];
  shown: string;
  onShow: (shell: string) => void;
  /** The sandbox stands. */
  ready: boolean;
  state: TerminalState;
  onState: (state: TerminalState) => void;
  onCompany: (company: Company) => void;
  onTurnOver: (why: TurnEnding) => void;
  onLeave: () => void;
};

/** A student's shells in tabs, one of them live and read-only. Its page says what may be asked of the student. */
export function WatchPanel(props: WatchPanelProps) {
  const { ref, shells, shown, ready, state } = props;
  const t = useTranslations('terminal');
  const nameOf = useShellName({ shells });
  const [settings] = useTerminalSettings();
  const [notice, say] = useNotice();
  const [pasting, setPasting] = useState<string | null>(null);
  const endPaste = (text: string | null) => {
    if (text !== null) ref.current?.pasteNow(text);
    setPasting(null);
    ref.current?.focus();
  };
  return (
    <section className={panelClasses.panel} aria-label={t('region')}>
      <div className={barClasses.bar}>
        <ul className={barClasses.tabs} aria-label={t('shells')}>
          {shells.map(({ shell }) => (
            <li key={shell}>
              <button
                type="button"
                className={barClasses.tab}
                aria-pressed={shell === shown}
                onClick={() => props.onShow(shell)}
              >
                {nameOf(shell)}
              </button>
            </li>
          ))}
        </ul>
      </div>
      <div className={panelClasses.body}>
        <WatchView
          key={shown}
          ref={ref}
          enrollmentId={props.enrollmentId}
          shell={shown}
          name={nameOf(shown)}
          ready={ready}
          settings={settings}
          onState={props.onState}
          onCompany={props.onCompany}
          onTurnOver={props.onTurnOver}
          onLost={() => say(t('watchOnly'))}
          onPasteQuestion={setPasting}
          onLeave={props.onLeave}
        />
        <Curtain ready={ready} state={state} />
      </div>
      {pasting === null ? null : (
        <PasteQuestion
          text={pasting}
          onPaste={(way) => endPaste(way === 'one_line' ? asOneLine(pasting) : pasting)}
          onCancel={() => endPaste(null)}
        />
      )}
      <WatchFoot ready={ready} state={state} notice={notice} onRetry={() => ref.current?.retry()} />
    </section>
  );
}

/** Over the screen while there is nothing to see. */
function Curtain({ ready, state }: { ready: boolean; state: TerminalState }) {
  const t = useTranslations('terminal');
  const isShut = state.phase === 'exited' || (state.phase === 'waiting' && state.code === 'terminal_unknown');
  if (ready && !isShut) return null;
  return (
    <div className={classes.curtain}>
      <p role="status">{t(ready ? 'watchNoShell' : 'watchNoSandbox')}</p>
    </div>
  );
}

type WatchFootProps = { ready: boolean; state: TerminalState; notice: string | null; onRetry: () => void };

function WatchFoot({ ready, state, notice, onRetry }: WatchFootProps) {
  const t = useTranslations('terminal');
  const errors = useTranslations('errors');
  const { key, values, tone } = connectionWords(state);
  const isRefused = state.phase === 'refused';
  return (
    <footer className={footClasses.foot}>
      <span className={footClasses.state} data-tone={tone}>
        {ready ? <StatusDot tone={tone} /> : null}
        {ready ? t(key, values) : t('noConnection')}
      </span>
      <span className={footClasses.notice} role="status">
        {notice ?? (isRefused ? errors(state.code) : null)}
      </span>
      {isRefused ? (
        <button type="button" className={footClasses.action} onClick={onRetry}>
          {t('retryNow')}
        </button>
      ) : null}
      <span className={footClasses.hint}>
        <kbd>Ctrl F6</kbd> {t('leave')}
      </span>
    </footer>
  );
}

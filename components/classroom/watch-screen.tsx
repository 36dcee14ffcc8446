'use client';

import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import { WatchPanel } from '#components/terminal/watch-panel.tsx';
import type { WatchHandle } from '#components/terminal/watch-view.tsx';
import type { SandboxView } from '#server/shared/protocol.ts';
import type { TerminalLayout } from '#server/shared/terminal-layout.ts';
import classes from './copy-screen.module.css';
import { TurnControl } from './turn-control.tsx';
import { useWatch } from './use-watch.ts';

type WatchScreenProps = {
  enrollmentId: string;
  student: string;
  sandbox: SandboxView;
  layout: TerminalLayout;
};

/** A student's own terminal as it is this moment, and the question whether its watcher may type. */
export function WatchScreen({ enrollmentId, student, sandbox, layout }: WatchScreenProps) {
  const t = useTranslations('teach.watch');
  const copy = useTranslations('teach.copy');
  const heading = useRef<HTMLHeadingElement>(null);
  const view = useRef<WatchHandle | null>(null);
  const watch = useWatch({ enrollmentId, sandbox, layout, view });
  return (
    <div className={classes.screen}>
      <header className={classes.head}>
        <div className={classes.words}>
          <h1 ref={heading} tabIndex={-1}>
            {t('title', { student })}
          </h1>
          <p>{t('lead', { student })}</p>
          <p>{copy('caution')}</p>
        </div>
        <TurnControl
          student={student}
          turn={watch.turn}
          over={watch.over}
          mayAsk={watch.state.phase === 'open'}
          onAsk={watch.ask}
          onEnd={() => {
            view.current?.endTurn();
            heading.current?.focus();
          }}
        />
      </header>
      {watch.connected ? null : (
        <p className={classes.offline} role="status">
          {copy('offline')}
        </p>
      )}
      <div className={classes.terminal}>
        <WatchPanel
          ref={view}
          enrollmentId={enrollmentId}
          shells={watch.shells}
          shown={watch.shown}
          onShow={watch.show}
          ready={watch.ready}
          state={watch.state}
          onState={watch.setState}
          onCompany={watch.meet}
          onTurnOver={watch.setOver}
          onLeave={() => heading.current?.focus()}
        />
      </div>
    </div>
  );
}

'use client';

import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { RecordingNoticeBox } from '../recording/recording-notice.tsx';
import { RecordingsItem } from '../recording/recordings-item.tsx';
import { ResultsItem } from '../results/results-item.tsx';
import { type TerminalHandle, TerminalPanel } from '../terminal/terminal-panel.tsx';
import { AppFrame } from '../ui/app-frame.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { ViewerMenu } from '../ui/viewer-menu.tsx';
import { ChapterMenu, chapterHref } from './chapter-menu.tsx';
import { ChapterText } from './chapter-text.tsx';
import { EndingBanner } from './ending-banner.tsx';
import { type RunCommand, RunProvider } from './learn-context.tsx';
import classes from './learn-page.module.css';
import type { LearnPageProps } from './learn-props.ts';
import { countDone } from './progress-rules.ts';
import { ReplayNotice } from './replay-notice.tsx';
import { SandboxMenu } from './sandbox-menu.tsx';
import { type Side, SplitView } from './split-view.tsx';
import { type LearnState, useLearnState } from './use-learn-state.ts';

/** A chapter beside its terminal. */
export function LearnPage(props: LearnPageProps) {
  const state = useLearnState(props);
  const [side, setSide] = useState<Side>('text');
  const terminal = useRef<TerminalHandle | null>(null);
  const reading = useRef<HTMLDivElement>(null);
  const run: RunCommand = (command, options) => {
    setSide('terminal');
    terminal.current?.run(command, options);
  };
  const toText = () => {
    setSide('text');
    reading.current?.focus();
  };
  useGoToTerminal(() => {
    setSide('terminal');
    terminal.current?.focus();
  });
  return (
    <AppFrame
      fill="screen"
      width="full"
      crumbs={<ChapterMenu place={props.place} classroomId={props.classroomId} progress={state.progress} />}
      aside={<TopBarParts page={props} state={state} />}
    >
      <RunProvider value={run}>
        <div className={classes.page}>
          <EndingBanner
            warning={state.sandbox.warning}
            busy={state.sandboxBusy}
            refused={state.sandboxRefused}
            onKeep={(how) => void state.changeSandbox(how)}
          />
          <SplitView
            side={side}
            onSide={setSide}
            text={
              <div ref={reading} tabIndex={-1} className={classes.reading}>
                <Notices page={props} state={state} />
                <ChapterText page={props} state={state} end={<NextChapter page={props} />} />
              </div>
            }
            terminal={
              <TerminalPanel
                ref={(handle) => {
                  terminal.current = handle;
                }}
                enrollmentId={props.enrollmentId}
                sandbox={state.sandbox}
                recording={state.recording}
                ports={state.ports}
                busy={state.sandboxBusy}
                onNewSandbox={() => void state.changeSandbox('start')}
                onRestore={(snapshotId) => void state.changeSandbox({ restore: snapshotId })}
                onLeave={toText}
                layoutStore={{ first: props.layout, keep: props.actions.keepLayout }}
                windowHref={(shell) => `/terminal/${encodeURIComponent(props.enrollmentId)}/${shell}`}
              />
            }
          />
        </div>
      </RunProvider>
    </AppFrame>
  );
}

/** The same key that leads out of the terminal leads into it. */
function useGoToTerminal(go: () => void): void {
  const follow = useEffectEvent(go);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !event.ctrlKey || event.key !== 'F6') return;
      event.preventDefault();
      follow();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

function TopBarParts({ page, state }: { page: LearnPageProps; state: LearnState }) {
  const t = useTranslations('learn');
  const { done, total } = countDone(page.place.chapter, state.progress);
  const { returnLink } = page.actions;
  return (
    <>
      <span className={classes.progress}>
        <ProgressBar done={done} total={total} label={t('progressLabel')} />
        <span aria-hidden="true" className={classes.count}>
          {t('progressOf', { done, total })}
        </span>
        <span aria-hidden="true" className={classes.short}>
          {done}/{total}
        </span>
      </span>
      <SandboxMenu
        sandbox={state.sandbox}
        busy={state.sandboxBusy}
        onChange={(how) => void state.changeSandbox(how)}
        snapshots={page.actions.snapshots}
      />
      <ViewerMenu viewer={page.viewer} detail={page.classTitle} {...(returnLink ? { returnLink } : {})}>
        <ResultsItem enrollmentId={page.enrollmentId} />
        {page.hasRecordings || state.recording?.told ? <RecordingsItem enrollmentId={page.enrollmentId} /> : null}
      </ViewerMenu>
    </>
  );
}

function Notices({ page, state }: { page: LearnPageProps; state: LearnState }) {
  const t = useTranslations('learn');
  const titleOf = (stepKey: string) => page.steps.find((step) => step.stepKey === stepKey)?.title ?? stepKey;
  return (
    <div className={classes.notices}>
      {state.connected ? null : (
        <p className={classes.offline} role="status">
          {t('offline')}
        </p>
      )}
      {state.sandboxRefused && !(state.sandbox.warning && state.sandboxRefused === 'lifetime_ceiling') ? (
        <ErrorNotice code={state.sandboxRefused} />
      ) : null}
      <RecordingNoticeBox recording={state.recording} confirm={page.actions.confirmRecording} />
      <ReplayNotice
        sandbox={state.sandbox}
        titleOf={titleOf}
        busy={state.sandboxBusy}
        onRetry={(stepKey) => void state.changeSandbox({ toStep: stepKey })}
        onFresh={() => void state.changeSandbox('reset')}
      />
    </div>
  );
}

function NextChapter({ page }: { page: LearnPageProps }) {
  const t = useTranslations('learn');
  const { courseId, chapters, chapter } = page.place;
  const next = chapters[chapters.findIndex((one) => one.chapterId === chapter.chapterId) + 1];
  if (!next) return <p className={classes.last}>{t('courseEnd')}</p>;
  return (
    <p className={classes.next}>
      <ButtonLink variant="primary" href={chapterHref(courseId, next.chapterId, page.classroomId)}>
        {t('nextChapter', { number: next.number, title: next.title })}
      </ButtonLink>
    </p>
  );
}

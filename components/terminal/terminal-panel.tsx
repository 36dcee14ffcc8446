'use client';

import { VisuallyHidden } from '@mantine/core';
import { useImperativeHandle, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { SandboxView } from '#server/shared/protocol.ts';
import type { RecordingNotice } from '#server/shared/recording-policy.ts';
import { DropHint } from '../files/drop-hint.tsx';
import { FilesPanel } from '../files/files-panel.tsx';
import { UploadList } from '../files/upload-list.tsx';
import { useFiles } from '../files/use-files.ts';
import { RecordingSign } from '../recording/recording-sign.tsx';
import { copyText } from '../ui/copy-button.tsx';
import { CompanyStrip } from './company-strip.tsx';
import { KeyBar } from './key-bar.tsx';
import { OutputDialog } from './output-dialog.tsx';
import { PasteQuestion } from './paste-question.tsx';
import { PortChips, PortMenu } from './port-menu.tsx';
import { RunQuestion } from './run-question.tsx';
import type { RunOptions, RunState } from './run-queue.ts';
import { SandboxPane } from './sandbox-pane.tsx';
import { SearchBar } from './search-bar.tsx';
import { closeShell, joinPanes, otherPane, selectShell, splitShells } from './shell-layout.ts';
import { ShellPanes } from './shell-panes.tsx';
import type { PasteWay, ShellHandle } from './shell-parts.ts';
import { ShellView } from './shell-view.tsx';
import { TabList } from './tab-list.tsx';
import { TerminalBar } from './terminal-bar.tsx';
import type { TerminalState } from './terminal-client.ts';
import { TerminalFoot } from './terminal-foot.tsx';
import classes from './terminal-panel.module.css';
import { nextFontSize, useTerminalSettings } from './terminal-settings.ts';
import { type ShortcutAction, shortcutOf } from './terminal-shortcuts.ts';
import { useBell } from './use-bell.ts';
import { useHeldKeys } from './use-held-keys.ts';
import { useLastOutput } from './use-last-output.ts';
import { useNotice } from './use-notice.ts';
import { usePanelFacts } from './use-panel-facts.ts';
import { useShellName } from './use-shell-name.ts';
import { type LayoutStore, useTerminalLayout } from './use-terminal-layout.ts';

/** What the page beside the terminal may ask of it. */
export interface TerminalHandle {
  run(command: string, options: RunOptions): void;
  focus(): void;
}

type TerminalPanelProps = {
  ref?: (handle: TerminalHandle | null) => void;
  enrollmentId: string;
  sandbox: SandboxView;
  /** Left out or null where nothing is recorded. */
  recording?: RecordingNotice | null;
  /** A fresh sandbox was asked for and is on its way. */
  busy: boolean;
  onNewSandbox: () => void;
  /** What its button says where it is no student's own. */
  newSandbox?: string;
  /** Goes on from what was saved before the last one was taken away. */
  onRestore?: (snapshotId: string) => void;
  /** What listens in the sandbox, lowest first. */
  ports: readonly number[];
  /** The way out of the terminal: puts the focus back into the text. */
  onLeave: () => void;
  /** Where the layout of the shells is kept; the browser keeps it for the visit where there is none. */
  layoutStore?: LayoutStore;
  /** The page that shows a shell in a window of its own. */
  windowHref?: (shell: string) => string;
  /** The layout is that of a window of its own: one shell, and no tabs. */
  isWindow?: boolean;
};

const CONNECTING: TerminalState = { phase: 'connecting' };
const IDLE: RunState = { phase: 'idle' };

/** The student's shells in tabs, with what stands around them. */
export function TerminalPanel(props: TerminalPanelProps) {
  const { enrollmentId, sandbox, recording = null, ports, isWindow = false } = props;
  const t = useTranslations('terminal');
  const [layout, changeLayout] = useTerminalLayout(enrollmentId, props.layoutStore);
  const nameOf = useShellName(layout);
  const [settings, changeSettings] = useTerminalSettings();
  const { states, runs, undrawn, companies, titles, rung, noteRing, seen, tell } = usePanelFacts();
  const [ringing, ring] = useBell();
  const keys = useHeldKeys();
  const [searching, setSearching] = useState(false);
  const [naming, setNaming] = useState<string | null>(null);
  const [pasting, setPasting] = useState<{ shell: string; text: string } | null>(null);
  const [notice, say] = useNotice();
  const shells = useRef(new Map<string, ShellHandle>());
  const strip = useRef<HTMLDivElement>(null);
  const { active } = layout;
  const front = () => shells.current.get(active);
  const output = useLastOutput(() => front()?.lastOutput() ?? null, say);
  const state = states[active] ?? CONNECTING;
  const typing = companies[active]?.turn?.phase === 'writing' ? companies[active].turn.name : null;
  // What is typed while the course types would meet it half way.
  const ready = sandbox.phase === 'ready' && sandbox.replay?.state !== 'running';

  const files = useFiles({
    seatId: enrollmentId,
    shell: active,
    ready,
    onFolders: (names) => say(t('noFolders', { names: names.join(', ') })),
    onNotReady: () => say(t('notReadyForFiles')),
  });

  const hasPorts = sandbox.phase === 'ready' && sandbox.capabilities.includes('ports');

  useImperativeHandle(props.ref, () => ({
    run: (command, options) => {
      if (!ready) return say(t('notReady'));
      if (typing !== null) return say(t('company_holds', { name: typing }));
      front()?.run(command, options);
      front()?.focus();
    },
    focus: () => front()?.focus(),
  }));

  const copy = async () => {
    const text = front()?.selection() ?? '';
    if (text === '') return say(t('nothingSelected'));
    say((await copyText(text)) ? t('copied') : t('copyFailed'));
    front()?.focus();
  };
  const paste = async () => {
    const text = await navigator.clipboard?.readText().catch(() => null);
    front()?.focus();
    if (text) front()?.paste(text);
    else say(t('pasteByKey'));
  };
  const endPaste = (way: PasteWay | null, remember: boolean) => {
    if (pasting && way) shells.current.get(pasting.shell)?.pasteNow(pasting.text, way);
    if (way && remember) changeSettings({ pasteLines: way });
    setPasting(null);
    front()?.focus();
  };
  const endSearch = () => {
    front()?.endSearch();
    setSearching(false);
    front()?.focus();
  };
  const focusPane = (shell: string) => {
    changeLayout((now) => selectShell(now, shell));
    shells.current.get(shell)?.focus();
  };
  const resize = (way: 'larger' | 'smaller') => changeSettings({ fontSize: nextFontSize(settings.fontSize, way) });
  const act: Record<ShortcutAction, () => void> = {
    copy: () => void copy(),
    leave: props.onLeave,
    company: () => strip.current?.querySelector('button')?.focus(),
    search: () => setSearching(true),
    larger: () => resize('larger'),
    smaller: () => resize('smaller'),
    screen_reader: () => {
      say(t(settings.screenReader ? 'screenReaderIsOff' : 'screenReaderIsOn'));
      changeSettings({ screenReader: !settings.screenReader });
    },
    read_output: output.read,
    split: () =>
      !isWindow && changeLayout((now) => (now.panes.length > 1 ? joinPanes(now) : splitShells(now, now.way))),
    other_pane: () => focusPane(otherPane(layout)),
    browser_pastes: () => undefined,
  };
  const shortcut = (event: KeyboardEvent) => {
    const hasSelection = front()?.selection() !== '';
    const action = shortcutOf(event, { copyByCtrlC: settings.copyByCtrlC, hasSelection });
    if (!action || action === 'browser_pastes') return action !== null;
    event.preventDefault();
    if (event.type === 'keydown') act[action]();
    return true;
  };

  return (
    <section className={classes.panel} aria-label={t('region')} {...files.drop.handlers}>
      <TerminalBar
        tabs={
          isWindow ? (
            <span className={classes.only}>{titles[active] || nameOf(active)}</span>
          ) : (
            <TabList
              layout={layout}
              onLayout={changeLayout}
              titles={titles}
              rung={rung}
              onSeen={seen}
              naming={naming}
              onNaming={setNaming}
            />
          )
        }
        warning={undrawn[active] && sandbox.warning}
        shellMenu={{
          layout: isWindow ? null : layout,
          onLayout: changeLayout,
          onRename: () => setNaming(active),
          onReadOutput: output.read,
          onShowOutput: output.show,
          windowHref: props.windowHref?.(active) ?? null,
        }}
        settingsMenu={{ settings, onSettings: changeSettings }}
        onSearch={() => (searching ? endSearch() : setSearching(true))}
        onCopy={() => void copy()}
        onPaste={() => void paste()}
        extra={hasPorts ? <PortMenu seatId={enrollmentId} ports={ports} /> : null}
        files={files}
      />
      {files.panel === 'never' ? null : (
        <FilesPanel
          seatId={enrollmentId}
          visible={files.panel === 'open'}
          arrivals={files.arrivals}
          onUpload={files.sendTo}
          onClose={() => {
            files.toggle();
            front()?.focus();
          }}
        />
      )}
      {searching ? <SearchBar onSearch={(text, way) => front()?.search(text, way) ?? false} onEnd={endSearch} /> : null}
      <CompanyStrip
        ref={strip}
        companies={companies}
        shells={layout.shells.map(({ shell }) => shell)}
        nameOf={nameOf}
        onAnswer={(shell, turnId, allow) => {
          shells.current.get(shell)?.answerTurn(turnId, allow);
          front()?.focus();
        }}
        onTakeBack={(shell) => {
          shells.current.get(shell)?.endTurn();
          focusPane(shell);
        }}
      />
      <div className={classes.body}>
        <ShellPanes
          layout={layout}
          onPercent={(percent, done) => changeLayout((now) => ({ ...now, percent }), { keep: done })}
        >
          {(shell, place) => (
            <ShellView
              key={shell}
              ref={(handle) => {
                if (handle) shells.current.set(shell, handle);
                else shells.current.delete(shell);
              }}
              enrollmentId={enrollmentId}
              shell={shell}
              name={nameOf(shell)}
              visible={layout.panes.includes(shell)}
              front={layout.panes.length > 1 && shell === active}
              place={place}
              rings={ringing === shell}
              ready={ready}
              settings={settings}
              {...tell}
              onReturn={(name) => name === active && say(t('nothingLost'))}
              onLost={() => say(typing === null ? t('notSent') : t('company_holds', { name: typing }))}
              onShortcut={shortcut}
              onPasteQuestion={(where, text) => setPasting({ shell: where, text })}
              hold={keys.apply}
              onBell={(name) => {
                ring(name);
                if (!layout.panes.includes(name)) noteRing(name);
              }}
              onFocus={(name) => {
                seen(name);
                changeLayout((now) => selectShell(now, name));
              }}
            />
          )}
        </ShellPanes>
        <SandboxPane
          sandbox={sandbox}
          busy={props.busy}
          newSandbox={props.newSandbox ?? t('newSandbox')}
          onNew={props.onNewSandbox}
          onRestore={props.onRestore}
        />
      </div>
      <UploadList uploads={files.uploads} />
      <RunQuestion
        run={runs[active] ?? IDLE}
        onInterrupt={() => {
          front()?.interruptAndRun();
          front()?.focus();
        }}
        onCancel={() => {
          front()?.cancelRun();
          front()?.focus();
        }}
      />
      {pasting ? <PasteQuestion text={pasting.text} onPaste={endPaste} onCancel={() => endPaste(null, false)} /> : null}
      <KeyBar
        always={settings.keyBar}
        held={keys.held}
        onHold={keys.change}
        onKey={(key) => front()?.pressKey(key, keys.take())}
      />
      <VisuallyHidden aria-live="polite" data-output>
        <div key={output.spoken.times}>{output.spoken.words}</div>
      </VisuallyHidden>
      <OutputDialog output={output.shown} onClose={output.close} />
      <TerminalFoot
        state={state}
        ready={ready}
        notice={notice}
        sign={recording?.told ? <RecordingSign days={recording.days} /> : null}
        extra={hasPorts ? <PortChips seatId={enrollmentId} ports={ports} /> : null}
        onRetry={() => front()?.retry()}
        onTakeKeyboard={() => front()?.takeKeyboard()}
        onClose={!isWindow && layout.shells.length > 1 ? () => changeLayout((now) => closeShell(now, active)) : null}
      />
      <DropHint files={files} />
    </section>
  );
}

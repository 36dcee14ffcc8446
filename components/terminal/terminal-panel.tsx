'use client';

import { useImperativeHandle, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { EndingWarning, SandboxView } from '#server/shared/protocol.ts';
import { copyText } from '../ui/copy-button.tsx';
import { PortChips, PortMenu } from './port-menu.tsx';
import { RunQuestion } from './run-question.tsx';
import type { RunOptions, RunState } from './run-queue.ts';
import { SandboxPane } from './sandbox-pane.tsx';
import { SearchBar } from './search-bar.tsx';
import { type ShellHandle, ShellView } from './shell-view.tsx';
import { TerminalBar } from './terminal-bar.tsx';
import type { TerminalState } from './terminal-client.ts';
import { TerminalFoot } from './terminal-foot.tsx';
import classes from './terminal-panel.module.css';
import { useTerminalSettings } from './terminal-settings.ts';
import { useNotice } from './use-notice.ts';
import { useShellTabs } from './use-shell-tabs.ts';

/** What the page beside the terminal may ask of it. */
export interface TerminalHandle {
  run(command: string, options: RunOptions): void;
  focus(): void;
}

type TerminalPanelProps = {
  ref?: (handle: TerminalHandle | null) => void;
  enrollmentId: string;
  sandbox: SandboxView;
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
};

const CONNECTING: TerminalState = { phase: 'connecting' };
const IDLE: RunState = { phase: 'idle' };

/** The student's shells in tabs, with what stands around them. */
export function TerminalPanel({
  ref,
  enrollmentId,
  sandbox,
  busy,
  onNewSandbox,
  newSandbox,
  onRestore,
  ports,
  onLeave,
}: TerminalPanelProps) {
  const t = useTranslations('terminal');
  const tabs = useShellTabs(enrollmentId);
  const [settings, changeSettings] = useTerminalSettings();
  const [states, setStates] = useState<Record<string, TerminalState>>({});
  const [runs, setRuns] = useState<Record<string, RunState>>({});
  const [undrawn, setUndrawn] = useState<Record<string, EndingWarning>>({});
  const [searching, setSearching] = useState(false);
  const [notice, say] = useNotice();
  const shells = useRef(new Map<string, ShellHandle>());
  const front = () => shells.current.get(tabs.active);
  const state = states[tabs.active] ?? CONNECTING;
  // What is typed while the course types would meet it half way.
  const ready = sandbox.phase === 'ready' && sandbox.replay?.state !== 'running';

  const hasPorts = sandbox.phase === 'ready' && sandbox.capabilities.includes('ports');

  useImperativeHandle(ref, () => ({
    run: (command, options) => {
      if (!ready) return say(t('notReady'));
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
    if (text) front()?.paste(text);
    else say(t('pasteByKey'));
    front()?.focus();
  };
  const endSearch = () => {
    front()?.endSearch();
    setSearching(false);
    front()?.focus();
  };
  const shortcut = (event: KeyboardEvent) =>
    takeShortcut(event, { copy: () => void copy(), leave: onLeave, search: () => setSearching(true) });

  return (
    <section className={classes.panel} aria-label={t('region')}>
      <TerminalBar
        tabs={tabs}
        warning={undrawn[tabs.active] && sandbox.warning}
        settings={settings}
        onSettings={changeSettings}
        onSearch={() => (searching ? endSearch() : setSearching(true))}
        onCopy={() => void copy()}
        onPaste={() => void paste()}
        extra={hasPorts ? <PortMenu seatId={enrollmentId} ports={ports} /> : null}
      />
      {searching ? <SearchBar onSearch={(text, way) => front()?.search(text, way) ?? false} onEnd={endSearch} /> : null}
      <div className={classes.body}>
        {tabs.shells.map((shell) => (
          <ShellView
            key={shell}
            ref={(handle) => {
              if (handle) shells.current.set(shell, handle);
              else shells.current.delete(shell);
            }}
            enrollmentId={enrollmentId}
            shell={shell}
            visible={shell === tabs.active}
            ready={ready}
            settings={settings}
            onState={(name, next) => setStates((all) => ({ ...all, [name]: next }))}
            onRun={(name, next) => setRuns((all) => ({ ...all, [name]: next }))}
            onNotice={(name, warning) => setUndrawn((all) => ({ ...all, [name]: warning }))}
            onLost={() => say(t('notSent'))}
            onShortcut={shortcut}
          />
        ))}
        <SandboxPane
          sandbox={sandbox}
          busy={busy}
          newSandbox={newSandbox ?? t('newSandbox')}
          onNew={onNewSandbox}
          onRestore={onRestore}
        />
      </div>
      <RunQuestion
        run={runs[tabs.active] ?? IDLE}
        onInterrupt={() => {
          front()?.interruptAndRun();
          front()?.focus();
        }}
        onCancel={() => {
          front()?.cancelRun();
          front()?.focus();
        }}
      />
      <TerminalFoot
        state={state}
        ready={ready}
        notice={notice}
        extra={hasPorts ? <PortChips seatId={enrollmentId} ports={ports} /> : null}
        onRetry={() => front()?.retry()}
        onTakeKeyboard={() => front()?.takeKeyboard()}
        onClose={tabs.shells.length > 1 ? () => tabs.close(tabs.active) : null}
      />
    </section>
  );
}

type ShortcutActions = { copy: () => void; leave: () => void; search: () => void };

/** True when the key is ours. Paste stays the browser's own: it needs no permission. */
function takeShortcut(event: KeyboardEvent, actions: ShortcutActions): boolean {
  const key = event.key.toLowerCase();
  const both = event.ctrlKey && event.shiftKey;
  const leaves = (event.ctrlKey && key === 'f6') || (both && key === 'escape');
  if (both && key === 'v') return true;
  if (!leaves && !(both && (key === 'c' || key === 'f'))) return false;
  event.preventDefault();
  if (event.type !== 'keydown') return true;
  if (leaves) actions.leave();
  else if (key === 'c') actions.copy();
  else actions.search();
  return true;
}

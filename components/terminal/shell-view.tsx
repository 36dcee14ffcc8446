'use client';

import { useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { EndingWarning } from '#server/shared/protocol.ts';
import { socketUrl } from '../live/backoff.ts';
import { timeOfDay } from '../ui/local-time.tsx';
import { type RunOptions, RunQueue, type RunState } from './run-queue.ts';
import { openScreen, type Screen } from './screen-loader.ts';
import classes from './shell-view.module.css';
import { TerminalClient, type TerminalState } from './terminal-client.ts';
import type { TerminalSettings } from './terminal-settings.ts';

/** What the panel's buttons do with the shell in front. */
export interface ShellHandle {
  run(command: string, options: RunOptions): void;
  interruptAndRun(): void;
  cancelRun(): void;
  retry(): void;
  takeKeyboard(): void;
  focus(): void;
  selection(): string;
  paste(text: string): void;
  search(text: string, direction: 'next' | 'previous'): boolean;
  endSearch(): void;
}

type ShellViewProps = {
  ref: (handle: ShellHandle | null) => void;
  enrollmentId: string;
  shell: string;
  visible: boolean;
  /** The sandbox stands: there is something to connect to. */
  ready: boolean;
  settings: TerminalSettings;
  onState: (shell: string, state: TerminalState) => void;
  onRun: (shell: string, state: RunState) => void;
  /** Of a notice that could not be drawn among what the shell prints. */
  onNotice: (shell: string, warning: EndingWarning) => void;
  /** Connected again: whether something may be missing that could not be said on the screen, or nothing is. */
  onReturn: (shell: string, whole: boolean) => void;
  /** Keys were pressed while they could not be sent. */
  onLost: () => void;
  onShortcut: (event: KeyboardEvent) => boolean;
};

type Parts = { screen: Screen; client: TerminalClient; queue: RunQueue; atPrompt: () => boolean | null };

/** One shell: its screen, its wire and its run queue, alive as long as the tab is. */
export function ShellView(props: ShellViewProps) {
  const { enrollmentId, shell, visible, ready, settings } = props;
  const t = useTranslations('terminal');
  const language = useLocale();
  const element = useRef<HTMLDivElement>(null);
  const parts = useRef<Parts | null>(null);
  const label = t('screenLabel', { shell: shell.replace('shell-', '') });

  const warned = useEffectEvent((warning: EndingWarning) => {
    const words = t(`notice_${warning.reason}`, { time: timeOfDay(warning.endsAt, language) });
    // A program that runs may draw where it likes: it is left alone.
    const isDrawn = parts.current?.atPrompt() !== false && parts.current?.screen.notice(words);
    if (!isDrawn) props.onNotice(shell, warning);
  });
  const assemble = useEffectEvent((screen: Screen) => {
    parts.current = assembleShell({
      screen,
      ...props,
      address: shellAddress(enrollmentId),
      onWarning: warned,
      gapWords: t('gap'),
    });
    // Chosen by this browser, and known only after the first drawing: the screen may have been opened without it.
    screen.setFontSize(settings.fontSize);
    screen.setScreenReader(settings.screenReader);
    if (!ready) parts.current.client.hold();
  });
  const typed = useEffectEvent((text: string) => {
    // What the terminal itself answers to a program's question.
    const isAnswer = text.startsWith('\x1b');
    if (isAnswer && parts.current?.client.replaying) return;
    if (!isAnswer) parts.current?.queue.cancel();
    if (parts.current?.client.type(text) === false) props.onLost();
  });
  const shortcut = useEffectEvent(props.onShortcut);
  const begin = useEffectEvent((host: HTMLElement) =>
    openScreen({
      element: host,
      ...settings,
      label,
      onType: (text) => typed(text),
      onResize: (size) => parts.current?.client.resize(size),
      onShortcut: (event) => shortcut(event),
    }),
  );

  useEffect(() => {
    const host = element.current;
    if (!host) return;
    let ended = false;
    void begin(host).then((screen) => (ended ? screen.dispose() : assemble(screen)));
    const observer = new ResizeObserver(() => fitWhenShown(host, parts.current));
    observer.observe(host);
    return () => {
      ended = true;
      observer.disconnect();
      parts.current?.client.dispose();
      parts.current?.screen.dispose();
      parts.current = null;
    };
  }, []);

  useEffect(() => {
    if (ready) parts.current?.client.retryNow();
    else parts.current?.client.hold();
  }, [ready]);
  useEffect(() => parts.current?.screen.setFontSize(settings.fontSize), [settings.fontSize]);
  useEffect(() => parts.current?.screen.setScreenReader(settings.screenReader), [settings.screenReader]);
  useEffect(() => {
    const retry = () => document.visibilityState === 'visible' && ready && parts.current?.client.retryWhenWaiting();
    window.addEventListener('online', retry);
    document.addEventListener('visibilitychange', retry);
    return () => {
      window.removeEventListener('online', retry);
      document.removeEventListener('visibilitychange', retry);
    };
  }, [ready]);
  useImperativeHandle(props.ref, () => createHandle(parts), []);

  return (
    <div className={classes.shell} data-visible={visible}>
      {/* Measured to count columns and rows: it has no padding of its own. */}
      <div className={classes.screen} ref={element} />
    </div>
  );
}

const shellAddress = (enrollmentId: string) => socketUrl(`/ws/terminal?enrollment=${encodeURIComponent(enrollmentId)}`);

function fitWhenShown(host: HTMLElement, parts: Parts | null): void {
  if (parts && host.offsetWidth > 40 && host.offsetHeight > 40 && parts.client.mayResize) parts.screen.fit();
}

type AssembleOptions = Pick<ShellViewProps, 'shell' | 'onState' | 'onRun' | 'onReturn'> & {
  screen: Screen;
  address: string;
  onWarning: (warning: EndingWarning) => void;
  gapWords: string;
};

function assembleShell(options: AssembleOptions): Parts {
  const { screen, shell, onState, onRun, onReturn, onWarning, address, gapWords } = options;
  const queue = new RunQueue({ type: (text) => client.type(text), onState: (state) => onRun(shell, state) });
  let wrote = false;
  let atPrompt: boolean | null = null;
  const client: TerminalClient = new TerminalClient({
    url: address,
    shell,
    size: screen.size,
    onState: (state) => {
      const writes = state.phase === 'open' && state.writable;
      if (state.phase !== 'open') queue.disconnected();
      if (writes && !wrote) screen.fit();
      wrote = writes;
      onState(shell, state);
    },
    onOutput: (bytes, drawn) => {
      queue.printed();
      screen.write(bytes, drawn);
    },
    onRestart: () => screen.clear(),
    onGap: (told) =>
      screen.remark(gapWords, (drawn) => {
        if (!drawn) onReturn(shell, false);
        told();
      }),
    onReturn: (whole) => whole && onReturn(shell, true),
    onPrompt: (now) => {
      atPrompt = now;
      queue.prompt(now);
    },
    onNotice: onWarning,
    onSize: (size) => screen.drawAt(size),
  });
  return { screen, client, queue, atPrompt: () => atPrompt };
}

function createHandle(parts: { current: Parts | null }): ShellHandle {
  return {
    run: (command, options) => parts.current?.queue.run(command, options),
    interruptAndRun: () => parts.current?.queue.interruptAndRun(),
    cancelRun: () => parts.current?.queue.cancel(),
    retry: () => parts.current?.client.retryNow(),
    takeKeyboard: () => parts.current?.client.takeKeyboard(),
    focus: () => parts.current?.screen.focus(),
    selection: () => parts.current?.screen.selection() ?? '',
    paste: (text) => parts.current?.screen.paste(text),
    search: (text, direction) => parts.current?.screen.search(text, direction) ?? false,
    endSearch: () => parts.current?.screen.endSearch(),
  };
}

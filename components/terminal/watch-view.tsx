'use client';

import { type RefObject, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { Company, TurnEnding } from '#server/shared/company.ts';
import { socketUrl } from '../live/backoff.ts';
import { copyText } from '../ui/copy-button.tsx';
import { cleanPaste, needsQuestion } from './paste-rules.ts';
import { openScreen, type Screen } from './screen-loader.ts';
import { isTerminalAnswer } from './terminal-answers.ts';
import { TerminalClient, type TerminalSize, type TerminalState } from './terminal-client.ts';
import type { TerminalSettings } from './terminal-settings.ts';
import { shortcutOf } from './terminal-shortcuts.ts';
import classes from './watch-view.module.css';

export interface WatchHandle {
  askTurn(): void;
  endTurn(): void;
  retry(): void;
  focus(): void;
  /** Pastes without a question. */
  pasteNow(text: string): void;
}

type WatchViewProps = {
  ref: RefObject<WatchHandle | null>;
  enrollmentId: string;
  shell: string;
  /** What its tab says. */
  name: string;
  /** The sandbox stands: there may be something to see. */
  ready: boolean;
  settings: TerminalSettings;
  onState: (state: TerminalState) => void;
  onCompany: (company: Company) => void;
  onTurnOver: (why: TurnEnding) => void;
  /** Keys were pressed that go nowhere. */
  onLost: () => void;
  onPasteQuestion: (text: string) => void;
  onLeave: () => void;
};

type Parts = { screen: Screen; client: TerminalClient; size: TerminalSize | null; atPrompt: boolean | null };

/**
 * One shell of a student's as their page draws it, in their size. What it prints goes to xterm and nowhere else: titles,
 * bells and the clipboard of this page are not the student's.
 */
export function WatchView(props: WatchViewProps) {
  const { ready, settings } = props;
  const t = useTranslations('terminal');
  const room = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const parts = useRef<Parts | null>(null);
  const draw = useEffectEvent(() => {
    const { current } = parts;
    if (!current?.size || !room.current) return;
    const { clientWidth, clientHeight } = room.current;
    const largest = settings.fontSize;
    current.screen.drawWithin(current.size, { width: clientWidth - EDGE, height: clientHeight - EDGE, largest });
  });
  const type = useEffectEvent((text: string) => {
    const isSent = parts.current?.client.type(text);
    if (isSent === false && !isTerminalAnswer(text)) props.onLost();
  });
  const paste = useEffectEvent((given: string) => {
    const { current } = parts;
    const text = cleanPaste(given);
    if (!current || text === '') return;
    const situation = { bracketed: current.screen.bracketedPaste, atPrompt: current.atPrompt };
    if (needsQuestion(text, situation)) props.onPasteQuestion(text);
    else current.screen.paste(text);
  });
  const shortcut = useEffectEvent((event: KeyboardEvent) => {
    const selection = parts.current?.screen.selection() ?? '';
    const action = shortcutOf(event, { copyByCtrlC: settings.copyByCtrlC, hasSelection: selection !== '' });
    if (action !== 'copy' && action !== 'leave') return action !== null;
    event.preventDefault();
    if (event.type === 'keydown' && action === 'leave') props.onLeave();
    if (event.type === 'keydown' && action === 'copy') void copyText(selection);
    return true;
  });
  const begin = useEffectEvent((element: HTMLElement) =>
    openScreen({
      element,
      fontSize: settings.fontSize,
      screenReader: settings.screenReader,
      label: t('watchLabel', { shell: props.name }),
      onType: type,
      onPaste: paste,
      onShortcut: shortcut,
      onResize: () => undefined,
      onBell: () => undefined,
      onTitle: () => undefined,
      onProgramCopy: () => undefined,
    }),
  );
  const follow = useEffectEvent((screen: Screen) => {
    const client = new TerminalClient({
      url: socketUrl(`/ws/terminal?enrollment=${encodeURIComponent(props.enrollmentId)}&watch`),
      shell: props.shell,
      size: screen.size,
      onState: (state) => props.onState(state),
      onCompany: (company) => props.onCompany(company),
      onTurnOver: (why) => props.onTurnOver(why),
      onOutput: (bytes, drawn) => screen.write(bytes, drawn),
      onRestart: () => screen.clear(),
      onReturn: () => undefined,
      onNotice: () => undefined,
      onPrompt: (atPrompt) => {
        if (parts.current) parts.current.atPrompt = atPrompt;
      },
      onSize: (size) => {
        if (parts.current) parts.current.size = size;
        draw();
      },
    });
    parts.current = { screen, client, size: null, atPrompt: null };
    if (!ready) client.hold();
  });
  useEffect(() => {
    const { current: element } = host;
    const { current: around } = room;
    if (!element || !around) return;
    let ended = false;
    void begin(element).then((screen) => (ended ? screen.dispose() : follow(screen)));
    const observer = new ResizeObserver(() => draw());
    observer.observe(around);
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
  useImperativeHandle(props.ref, () => ({
    askTurn: () => parts.current?.client.askTurn(),
    endTurn: () => parts.current?.client.endTurn(),
    retry: () => parts.current?.client.retryNow(),
    focus: () => parts.current?.screen.focus(),
    pasteNow: (text) => parts.current?.screen.paste(text),
  }));
  return (
    <div ref={room} className={classes.room}>
      {/* Measured to count columns and rows: it has no padding of its own. */}
      <div ref={host} className={classes.host} />
    </div>
  );
}

/** Pixels that the screen's edges and its scroll bar take. */
const EDGE = 40;

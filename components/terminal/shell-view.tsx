'use client';

import {
  type CSSProperties,
  type RefObject,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useMemo,
  useRef,
} from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { EndingWarning } from '#server/shared/protocol.ts';
import { socketUrl } from '../live/backoff.ts';
import { timeOfDay } from '../ui/local-time.tsx';
import { openScreen, type Screen } from './screen-loader.ts';
import { createShellIo } from './shell-io.ts';
import { assembleShell, createHandle, type ShellHandle, type ShellParts } from './shell-parts.ts';
import type { ShellProps } from './shell-props.ts';
import classes from './shell-view.module.css';

type ShellViewProps = ShellProps & {
  ref: (handle: ShellHandle | null) => void;
  /** Which part of the panel it fills. */
  place: CSSProperties;
  /** It has the keyboard while another one is shown too. */
  front: boolean;
  /** Its bell has just rung. */
  rings: boolean;
  onFocus: (shell: string) => void;
};

/** One shell: its screen, its wire and its run queue, alive as long as the tab is. */
export function ShellView(props: ShellViewProps) {
  const { enrollmentId, shell, ready, settings } = props;
  const t = useTranslations('terminal');
  const language = useLocale();
  const element = useRef<HTMLDivElement>(null);
  const parts = useRef<ShellParts | null>(null);
  const latest = useRef<ShellProps>(props);
  useEffect(() => {
    latest.current = props;
  });
  const io = useMemo(() => createShellIo(parts, latest), []);

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
    });
    // Chosen by this browser, and known only after the first drawing: the screen may have been opened without it.
    screen.setFontSize(settings.fontSize);
    screen.setScreenReader(settings.screenReader);
    if (!ready) parts.current.client.hold();
  });
  const begin = useEffectEvent((host: HTMLElement) =>
    openScreen({
      element: host,
      ...settings,
      label: t('screenLabel', { shell: props.name }),
      onType: io.type,
      onPaste: io.paste,
      onBell: io.ring,
      onProgramCopy: io.programCopies,
      onTitle: (title) => latest.current.onTitle(shell, title),
      onResize: (size) => parts.current?.client.resize(size),
      onShortcut: (event) => latest.current.onShortcut(event),
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
  useConnecting(parts, ready);
  useEffect(() => parts.current?.screen.setFontSize(settings.fontSize), [settings.fontSize]);
  useEffect(() => parts.current?.screen.setScreenReader(settings.screenReader), [settings.screenReader]);
  useImperativeHandle(props.ref, () => createHandle({ parts, io }), [io]);
  return <Frame props={props} host={element} />;
}

function Frame({ props, host }: { props: ShellViewProps; host: RefObject<HTMLDivElement | null> }) {
  const { visible, front, rings, place, shell, onFocus } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form's fields
    <div
      role="group"
      aria-label={props.name}
      className={classes.shell}
      data-visible={visible}
      data-front={front}
      data-rings={rings}
      style={place}
      onFocus={() => onFocus(shell)}
    >
      {/* Measured to count columns and rows: it has no padding of its own. */}
      <div className={classes.screen} ref={host} />
    </div>
  );
}

/** Connects while there is a sandbox, and at once when network or page come back. */
function useConnecting(parts: RefObject<ShellParts | null>, ready: boolean): void {
  useEffect(() => {
    if (ready) parts.current?.client.retryNow();
    else parts.current?.client.hold();
  }, [parts, ready]);
  useEffect(() => {
    const retry = () => document.visibilityState === 'visible' && ready && parts.current?.client.retryWhenWaiting();
    window.addEventListener('online', retry);
    document.addEventListener('visibilitychange', retry);
    return () => {
      window.removeEventListener('online', retry);
      document.removeEventListener('visibilitychange', retry);
    };
  }, [parts, ready]);
}

const shellAddress = (enrollmentId: string) => socketUrl(`/ws/terminal?enrollment=${encodeURIComponent(enrollmentId)}`);

function fitWhenShown(host: HTMLElement, parts: ShellParts | null): void {
  if (parts && host.offsetWidth > 40 && host.offsetHeight > 40 && parts.client.mayResize) parts.screen.fit();
}

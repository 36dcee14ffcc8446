'use client';

import { type RefObject, useEffect, useMemo, useState } from 'react';
import { useLive } from '#components/live/use-live.ts';
import type { TerminalState } from '#components/terminal/terminal-client.ts';
import type { WatchHandle } from '#components/terminal/watch-view.tsx';
import { ALONE, type Company, type TurnEnding } from '#server/shared/company.ts';
import type { SandboxView } from '#server/shared/protocol.ts';
import type { TerminalLayout } from '#server/shared/terminal-layout.ts';

type UseWatch = {
  enrollmentId: string;
  sandbox: SandboxView;
  layout: TerminalLayout;
  view: RefObject<WatchHandle | null>;
};

const CONNECTING: TerminalState = { phase: 'connecting' };
/** A shell that has ended may be opened again by its student: looked for this often. */
const LOOK_AGAIN_MS = 2000;

/** What a watcher's page knows: loaded with it, kept true by the live door and by the terminal's own socket. */
export function useWatch({ enrollmentId, sandbox: first, layout, view }: UseWatch) {
  const [sandbox, setSandbox] = useState(first);
  const [shells, setShells] = useState(layout.shells);
  const [chosen, setChosen] = useState(layout.active);
  const [state, setState] = useState(CONNECTING);
  const [company, setCompany] = useState<Company>(ALONE);
  const [over, setOver] = useState<TurnEnding | null>(null);
  const watch = useMemo(() => ({ type: 'watch_enrollment' as const, enrollmentId }), [enrollmentId]);
  const { connected } = useLive(watch, (event) => {
    if (event.type === 'sandbox') setSandbox(event.sandbox);
    if (event.type === 'shells') setShells(event.shells);
  });
  // The one that was looked at may have been closed by its student.
  const shown = shells.some(({ shell }) => shell === chosen) ? chosen : (shells[0]?.shell ?? chosen);
  useEffect(() => {
    if (state.phase !== 'exited') return;
    const timer = setTimeout(() => view.current?.retry(), LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [state.phase, view]);
  return {
    connected,
    shells,
    shown,
    ready: sandbox.phase === 'ready',
    state,
    setState,
    turn: company.turn,
    over,
    setOver,
    show(shell: string) {
      setChosen(shell);
      setState(CONNECTING);
      setCompany(ALONE);
      setOver(null);
    },
    ask() {
      setOver(null);
      view.current?.askTurn();
    },
    /** The keys that follow are meant for the terminal: its watcher has asked for that. */
    meet(next: Company) {
      const isGiven = next.turn?.yours === true && next.turn.phase === 'writing';
      const wasGiven = company.turn?.yours === true && company.turn.phase === 'writing';
      setCompany(next);
      if (isGiven && !wasGiven) view.current?.focus();
    },
  };
}

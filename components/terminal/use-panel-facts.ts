'use client';

import { useState } from 'react';
import type { Company } from '#server/shared/company.ts';
import type { EndingWarning } from '#server/shared/protocol.ts';
import type { RunState } from './run-queue.ts';
import type { TerminalState } from './terminal-client.ts';

/** One kind of fact of every shell, and how a shell tells it. */
function useByShell<T>(): [Readonly<Record<string, T>>, (shell: string, value: T) => void] {
  const [all, setAll] = useState<Readonly<Record<string, T>>>({});
  return [all, (shell, value) => setAll((now) => ({ ...now, [shell]: value }))];
}

/** What the shells of a panel have told. */
export function usePanelFacts() {
  const [states, onState] = useByShell<TerminalState>();
  const [runs, onRun] = useByShell<RunState>();
  const [undrawn, onNotice] = useByShell<EndingWarning>();
  const [companies, onCompany] = useByShell<Company>();
  const [titles, onTitle] = useByShell<string>();
  const [rung, setRung] = useState<ReadonlySet<string>>(new Set());
  const noteRing = (shell: string) => setRung((now) => new Set(now).add(shell));
  const seen = (shell: string) =>
    setRung((now) => (now.has(shell) ? new Set([...now].filter((one) => one !== shell)) : now));
  const tell = { onState, onRun, onNotice, onCompany, onTitle };
  return { states, runs, undrawn, companies, titles, rung, noteRing, seen, tell };
}

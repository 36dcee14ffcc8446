'use client';

import { useEffect, useState } from 'react';
import { FIRST_LAYOUT, readTerminalLayout, type TerminalLayout } from '#server/shared/terminal-layout.ts';

/** Where a student's layout is kept: as it was when the page was loaded, and how a change gets there. */
export type LayoutStore = { first: TerminalLayout; keep: (layout: TerminalLayout) => Promise<unknown> };

/** `keep`: false while a divider is still being moved. */
export type LayoutChange = (move: (layout: TerminalLayout) => TerminalLayout, options?: { keep: boolean }) => void;

/** Kept by the store; without one, by the browser for this visit. */
export function useTerminalLayout(seatId: string, store: LayoutStore | undefined): [TerminalLayout, LayoutChange] {
  const key = `chapterhouse.shells.${seatId}`;
  const [layout, setLayout] = useState(store?.first ?? FIRST_LAYOUT);
  const isKeptElsewhere = store !== undefined;
  useEffect(() => {
    if (!isKeptElsewhere) setLayout(readTerminalLayout(sessionStorage.getItem(key)));
  }, [key, isKeptElsewhere]);
  const change: LayoutChange = (move, { keep } = { keep: true }) => {
    const next = move(layout);
    if (next === layout) return;
    setLayout(next);
    if (!keep) return;
    // Not worth an error: the shells themselves are safe, and the next change is kept again.
    if (store) void store.keep(next).catch(() => undefined);
    else sessionStorage.setItem(key, JSON.stringify(next));
  };
  return [layout, change];
}

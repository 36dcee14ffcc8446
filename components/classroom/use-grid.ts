'use client';

import { useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { useLive } from '#components/live/use-live.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { LiveEvent, StudentRow } from '#server/shared/protocol.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { applyGridEvent, type GridState, initialGrid, replaceRows } from './grid-state.ts';

type Change = { kind: 'event'; event: LiveEvent } | { kind: 'reread'; rows: readonly StudentRow[] };
export type ReadRows = (classroomId: string) => Promise<ActionResult<StudentRow[]>>;
export type LiveGrid = GridState & { connected: boolean; lostAt: number | null; refused: ErrorCode | null };

const change = (state: GridState, change: Change): GridState =>
  change.kind === 'event' ? applyGridEvent(state, change.event) : replaceRows(state, change.rows);

/** The class as it is: drawn from the page's own data, changed by each live event, read again after a break. */
export function useGrid(classroomId: string, rows: readonly StudentRow[], readRows: ReadRows): LiveGrid {
  const [state, dispatch] = useReducer(change, rows, initialGrid);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const watch = useMemo(() => ({ type: 'watch_classroom' as const, classroomId }), [classroomId]);
  const { connected } = useLive(watch, (event) => {
    if (event.type === 'error') setRefused(event.code);
    else dispatch({ kind: 'event', event });
  });
  const lostAt = useLostAt(connected);
  const broken = useRef(false);
  useEffect(() => {
    if (!connected) broken.current = true;
    if (!connected || !broken.current) return;
    broken.current = false;
    void readRows(classroomId).then(
      (result) => result.ok && dispatch({ kind: 'reread', rows: result.value }),
      () => undefined,
    );
  }, [connected, classroomId, readRows]);
  return { ...state, connected, lostAt, refused };
}

/** When the connection broke; null while it stands. */
function useLostAt(connected: boolean): number | null {
  const [lostAt, setLostAt] = useState<number | null>(null);
  const [before, setBefore] = useState(connected);
  if (before !== connected) {
    setBefore(connected);
    setLostAt(connected ? null : Date.now());
  }
  return lostAt;
}

'use client';

import { useEffect, useRef, useState } from 'react';
import { sendFile } from '#components/ui/send-file.ts';
import type { ImportReport } from '#server/shared/course-version.ts';
import { type ErrorCode, isErrorCode } from '#server/shared/error-codes.ts';
import type { ActionResult } from '#server/shared/views.ts';

export type ImportState =
  | { phase: 'idle' }
  | { phase: 'sending'; name: string; percent: number }
  | { phase: 'working'; name: string | null }
  | { phase: 'done'; report: ImportReport }
  | { phase: 'failed'; code: ErrorCode };

/** One import at a time, whichever way it comes. */
export function useImport(onImported: () => void) {
  const [state, setState] = useState<ImportState>({ phase: 'idle' });
  const current = useRef<XMLHttpRequest | null>(null);
  useEffect(() => () => current.current?.abort(), []);
  const take = (result: ActionResult<ImportReport> | null) => {
    if (!result?.ok) return setState({ phase: 'failed', code: result?.code ?? 'timed_out' });
    setState({ phase: 'done', report: result.value });
    if (result.value.outcome === 'imported') onImported();
  };
  return {
    state,
    /** By an action of the server. */
    run(action: () => Promise<ActionResult<ImportReport>>) {
      setState({ phase: 'working', name: null });
      action().then(take, () => take(null));
    },
    send(file: File) {
      const { name } = file;
      setState({ phase: 'sending', name, percent: 0 });
      current.current = sendFile(`/api/course-archive?name=${encodeURIComponent(name)}`, file, {
        onProgress: (percent) => setState({ phase: 'sending', name, percent }),
        onArrived: () => setState({ phase: 'working', name }),
        onFault: () => take(null),
        onStopped: () => setState({ phase: 'idle' }),
        onAnswer: (text) => take(answerOf(text)),
      });
    },
    stop: () => current.current?.abort(),
  };
}

/** What the server answered; a proxy may have answered in its place. */
function answerOf(text: string): ActionResult<ImportReport> {
  try {
    const told: unknown = JSON.parse(text);
    if (typeof told === 'object' && told !== null && 'ok' in told) {
      // The server's own shape, from the same build as this page.
      if (told.ok === true) return told as ActionResult<ImportReport>;
      if ('code' in told && isErrorCode(told.code)) return { ok: false, code: told.code };
    }
  } catch {
    // No JSON: not our server.
  }
  return { ok: false, code: 'internal' };
}

'use client';

import { useEffect, useState } from 'react';
import { type Cast, parseCast, shortenPauses } from '#server/shared/asciicast.ts';
import { type ErrorCode, isErrorCode } from '#server/shared/error-codes.ts';

/** Thinking is not watched. */
const LONGEST_PAUSE_SECONDS = 2;

export type LoadedRecording =
  | { state: 'loading' }
  | { state: 'failed'; code: ErrorCode }
  | { state: 'ready'; cast: Cast };

/** Fetches it once: for a teacher each fetch is a line of the audit log. */
export function useRecording(recordingId: string): LoadedRecording {
  const [loaded, setLoaded] = useState<LoadedRecording>({ state: 'loading' });
  useEffect(() => {
    const leaving = new AbortController();
    // Begun a turn later: React's development mode mounts twice, and the first mount must not count as a look.
    const begin = setTimeout(() => {
      void fetchCast(recordingId, leaving.signal).then((result) => {
        if (!leaving.signal.aborted) setLoaded(result);
      });
    });
    return () => {
      clearTimeout(begin);
      leaving.abort();
    };
  }, [recordingId]);
  return loaded;
}

async function fetchCast(recordingId: string, signal: AbortSignal): Promise<LoadedRecording> {
  try {
    const response = await fetch(`/api/recordings/${encodeURIComponent(recordingId)}`, { signal });
    if (!response.ok) return { state: 'failed', code: await codeOf(response) };
    const cast = parseCast(await response.text());
    if (!cast) return { state: 'failed', code: 'internal' };
    return { state: 'ready', cast: shortenPauses(cast, LONGEST_PAUSE_SECONDS) };
  } catch {
    return { state: 'failed', code: 'timed_out' };
  }
}

async function codeOf(response: Response): Promise<ErrorCode> {
  const body: unknown = await response.json().catch(() => null);
  const code: unknown = Reflect.get(Object(body), 'code');
  return isErrorCode(code) ? code : 'internal';
}

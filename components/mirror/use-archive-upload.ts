'use client';

import { useEffect, useRef, useState } from 'react';
import { sendFile } from '#components/ui/send-file.ts';
import { type ErrorCode, isErrorCode } from '#server/shared/error-codes.ts';
import { LARGEST_ARCHIVE_BYTES } from '#server/shared/mirror.ts';

export type UploadState =
  | { phase: 'idle' }
  | { phase: 'sending'; name: string; percent: number }
  | { phase: 'checking'; name: string }
  | { phase: 'done'; names: string[] }
  | { phase: 'failed'; code: ErrorCode };

const ADDRESS = '/api/mirror-archive';

/** Sends a file to the mirror, and knows how far it is. */
export function useArchiveUpload(onDone: () => void) {
  const [state, setState] = useState<UploadState>({ phase: 'idle' });
  const current = useRef<XMLHttpRequest | null>(null);
  useEffect(() => () => current.current?.abort(), []);
  const send = (file: File) => {
    if (file.size > LARGEST_ARCHIVE_BYTES) return setState({ phase: 'failed', code: 'archive_too_large' });
    setState({ phase: 'sending', name: file.name, percent: 0 });
    current.current = sendFile(ADDRESS, file, {
      onProgress: (percent) => setState({ phase: 'sending', name: file.name, percent }),
      onArrived: () => setState({ phase: 'checking', name: file.name }),
      onFault: () => setState({ phase: 'failed', code: 'timed_out' }),
      onStopped: () => setState({ phase: 'idle' }),
      onAnswer: (text) => {
        const next = outcomeOf(text);
        setState(next);
        if (next.phase === 'done') onDone();
      },
    });
  };
  return { state, send, cancel: () => current.current?.abort() };
}

/** What the server answered; a proxy may have answered in its place. */
export function outcomeOf(text: string): UploadState {
  try {
    const told: unknown = JSON.parse(text);
    if (typeof told !== 'object' || told === null) return { phase: 'failed', code: 'internal' };
    if ('value' in told && Array.isArray(told.value)) return { phase: 'done', names: told.value.map(String) };
    return { phase: 'failed', code: 'code' in told && isErrorCode(told.code) ? told.code : 'internal' };
  } catch {
    return { phase: 'failed', code: 'internal' };
  }
}

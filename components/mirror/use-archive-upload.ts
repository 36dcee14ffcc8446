'use client';

import { useEffect, useRef, useState } from 'react';
import { type ErrorCode, isErrorCode } from '#server/shared/error-codes.ts';
import { LARGEST_ARCHIVE_BYTES } from '#server/shared/mirror.ts';

export type UploadState =
  | { phase: 'idle' }
  | { phase: 'sending'; name: string; percent: number }
  | { phase: 'checking'; name: string }
  | { phase: 'done'; names: string[] }
  | { phase: 'failed'; code: ErrorCode };

const ADDRESS = '/api/mirror-archive';

/** Sends a file as it lies on disk, with progress; `fetch` cannot tell how far an upload is. */
export function useArchiveUpload(onDone: () => void) {
  const [state, setState] = useState<UploadState>({ phase: 'idle' });
  const current = useRef<XMLHttpRequest | null>(null);
  useEffect(() => () => current.current?.abort(), []);
  const send = (file: File) => {
    if (file.size > LARGEST_ARCHIVE_BYTES) return setState({ phase: 'failed', code: 'archive_too_large' });
    const request = new XMLHttpRequest();
    current.current = request;
    request.open('POST', ADDRESS);
    request.upload.onprogress = ({ loaded, total }) =>
      setState({ phase: 'sending', name: file.name, percent: Math.floor((100 * loaded) / Math.max(1, total)) });
    request.upload.onload = () => setState({ phase: 'checking', name: file.name });
    request.onerror = () => setState({ phase: 'failed', code: 'timed_out' });
    request.onabort = () => setState({ phase: 'idle' });
    request.onload = () => {
      const next = outcomeOf(request.responseText);
      setState(next);
      if (next.phase === 'done') onDone();
    };
    setState({ phase: 'sending', name: file.name, percent: 0 });
    request.send(file);
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

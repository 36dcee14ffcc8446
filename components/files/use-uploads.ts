'use client';

import { useEffect, useRef, useState } from 'react';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { isFileName } from '#server/shared/file-paths.ts';
import { type FileRequest, MOST_UPLOADS } from '#server/shared/file-views.ts';
import { askFiles, sendFile } from './file-api.ts';
import { firstState, isOver, type Upload, type UploadState } from './upload-rules.ts';

export type UploadTarget = Extract<FileRequest, { op: 'place' }>['target'];
export type ClashAnswer = 'replace' | 'keep' | 'cancel';

export type Uploads = {
  list: readonly Upload[];
  /** Why the files did not land where they were dropped; null where they did. */
  insteadOf: 'unknown' | 'missing' | 'denied' | null;
  begin(files: readonly File[], target: UploadTarget): Promise<void>;
  answer(id: number, answer: ClashAnswer): void;
  cancel(id: number): void;
  /** Takes what is over off the list. */
  clear(): void;
};

/** Sends files one after the other; what has a taken name waits for an answer while the others go on. */
export function useUploads(seatId: string, onDone: () => void): Uploads {
  const [list, setList] = useState<readonly Upload[]>([]);
  const [insteadOf, setInsteadOf] = useState<Uploads['insteadOf']>(null);
  const nextId = useRef(1);
  const line = useRef(Promise.resolve());
  const stops = useRef(new Map<number, AbortController>());
  useEffect(() => {
    const all = stops.current;
    return () => {
      for (const stop of all.values()) stop.abort();
    };
  }, []);

  const become = (id: number, state: UploadState) =>
    setList((all) => all.map((one) => (one.id === id ? { ...one, state } : one)));
  const drop = (id: number) => setList((all) => all.filter((one) => one.id !== id));

  const send = ({ id, file, name }: Upload, directory: string, clash: 'refuse' | 'replace' | 'keep') => {
    const stop = new AbortController();
    stops.current.set(id, stop);
    const work = async () => {
      if (stop.signal.aborted) return;
      become(id, { phase: 'sending', percent: 0 });
      const onProgress = (percent: number) => become(id, { phase: 'sending', percent });
      const where = { clash, directory, name };
      const reply = await sendFile({ seatId, where, content: file, onProgress, signal: stop.signal });
      stops.current.delete(id);
      if (stop.signal.aborted) return;
      if (reply.ok) become(id, { phase: 'done', path: reply.value.path });
      // Somebody was quicker than the look before.
      else if (reply.code === 'file_exists') become(id, { phase: 'asking', kind: 'file' });
      else become(id, { phase: 'failed', code: reply.code });
      if (reply.ok) onDone();
    };
    line.current = line.current.then(work);
  };

  const begin = async (files: readonly File[], target: UploadTarget) => {
    const news = files.map((file): Upload => {
      nextId.current += 1;
      return { id: nextId.current, name: file.name, file, directory: null, state: { phase: 'waiting' } };
    });
    setList((all) => [...all.filter(({ state }) => !isOver(state)), ...news]);
    const fail = (code: ErrorCode) => {
      for (const { id } of news) become(id, { phase: 'failed', code });
    };
    if (news.length > MOST_UPLOADS) return fail('file_too_many');
    const names = news.map(({ name }) => name).filter(isFileName);
    const place = await askFiles(seatId, { op: 'place', target, names });
    if (!place.ok) return fail(place.code);
    const { directory } = place.value;
    setInsteadOf(place.value.insteadOf);
    setList((all) => all.map((one) => (news.some(({ id }) => id === one.id) ? { ...one, directory } : one)));
    for (const upload of news) {
      const state = firstState(upload.file, place.value);
      become(upload.id, state);
      if (state.phase === 'waiting') send(upload, directory, 'refuse');
    }
  };

  const answer = (id: number, given: ClashAnswer) => {
    const upload = list.find((one) => one.id === id);
    if (!upload || upload.directory === null || given === 'cancel') return drop(id);
    become(id, { phase: 'waiting' });
    send(upload, upload.directory, given);
  };

  const cancel = (id: number) => {
    stops.current.get(id)?.abort();
    stops.current.delete(id);
    drop(id);
  };

  const clear = () => setList((all) => all.filter(({ state }) => !isOver(state)));
  return { list, insteadOf, begin, answer, cancel, clear };
}

'use client';

import { useRef, useState } from 'react';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { directoryOf, nameOf } from '#server/shared/file-paths.ts';
import type { FileView, FileWrite } from '#server/shared/file-views.ts';
import { askFiles, sendFile } from './file-api.ts';

export type TextFile = FileView & { content: Extract<FileView['content'], { kind: 'text' }> };

/** What is in the sandbox now in place of what was opened. */
export type Meanwhile =
  | { kind: 'text'; text: string; version: string }
  | { kind: 'gone' }
  /** No text any more, too large, or not to be read. */
  | { kind: 'other' };

export type SaveState =
  | { phase: 'idle' }
  | { phase: 'saving' }
  | { phase: 'saved'; path: string; asCopy: boolean }
  | { phase: 'failed'; code: ErrorCode }
  | { phase: 'conflict'; meanwhile: Meanwhile };

export type OpenFile = {
  path: string;
  state: SaveState;
  /** Each answers whether the text is safe in the sandbox now. */
  save(text: string): Promise<boolean>;
  overwrite(text: string): Promise<boolean>;
  saveCopy(text: string): Promise<boolean>;
  /** Goes on from the text that is in the sandbox. */
  takeTheirs(): string | null;
};

/** Saves one file, and never over what its owner has not seen. */
export function useOpenFile(seatId: string, file: TextFile, onWritten: () => void): OpenFile {
  const [path, setPath] = useState(file.path);
  const [state, setState] = useState<SaveState>({ phase: 'idle' });
  const version = useRef(file.content.version);

  const send = async (text: string, where: FileWrite): Promise<boolean> => {
    setState({ phase: 'saving' });
    const reply = await sendFile({ seatId, where, content: text });
    if (reply.ok) {
      version.current = reply.value.version;
      setPath(reply.value.path);
      setState({ phase: 'saved', path: reply.value.path, asCopy: where.clash === 'keep' });
      onWritten();
      return true;
    }
    const isConflict = reply.code === 'file_changed' || (where.clash === 'refuse' && reply.code === 'file_exists');
    if (isConflict) setState({ phase: 'conflict', meanwhile: await look() });
    else setState({ phase: 'failed', code: reply.code });
    return false;
  };

  const look = async (): Promise<Meanwhile> => {
    const reply = await askFiles(seatId, { op: 'read', path });
    if (!reply.ok) return { kind: reply.code === 'file_missing' ? 'gone' : 'other' };
    const { content, path: real } = reply.value;
    // A link that stands there now leads to another file.
    return content.kind === 'text' && real === path ? content : { kind: 'other' };
  };

  const place = { directory: directoryOf(path), name: nameOf(path) };
  return {
    path,
    state,
    save: (text) => send(text, { clash: 'save', ...place, version: version.current }),
    async overwrite(text) {
      if (state.phase !== 'conflict' || state.meanwhile.kind === 'other') return false;
      const { meanwhile } = state;
      if (meanwhile.kind === 'gone') return send(text, { clash: 'refuse', ...place });
      return send(text, { clash: 'save', ...place, version: meanwhile.version });
    },
    saveCopy: (text) => send(text, { clash: 'keep', ...place }),
    takeTheirs() {
      if (state.phase !== 'conflict' || state.meanwhile.kind !== 'text') return null;
      version.current = state.meanwhile.version;
      setState({ phase: 'idle' });
      return state.meanwhile.text;
    },
  };
}

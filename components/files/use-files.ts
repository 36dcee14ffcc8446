'use client';

import { useState } from 'react';
import { askFiles } from './file-api.ts';
import { type Dropped, useFileDrop } from './use-file-drop.ts';
import { type Uploads, type UploadTarget, useUploads } from './use-uploads.ts';

type FilesOptions = {
  seatId: string;
  /** The shell in front: files that are dropped land beside its prompt. */
  shell: string;
  /** There is a sandbox to send them to. */
  ready: boolean;
  onFolders: (names: string[]) => void;
  onNotReady: () => void;
};

export type Files = {
  panel: 'never' | 'open' | 'hidden';
  toggle: () => void;
  /** Sends files to where the shell in front is. */
  send: (files: readonly File[]) => void;
  sendTo: (files: readonly File[], target: UploadTarget) => void;
  uploads: Uploads;
  arrivals: number;
  drop: ReturnType<typeof useFileDrop>;
  /** Where a drop would land and how large a file may be; null until the server has said. */
  hint: { directory: string; limitBytes: number } | null;
};

/** The files beside a terminal: what is dropped or chosen, and whether their panel is open. */
export function useFiles({ seatId, shell, ready, onFolders, onNotReady }: FilesOptions): Files {
  const [panel, setPanel] = useState<Files['panel']>('never');
  const [arrivals, setArrivals] = useState(0);
  const [hint, setHint] = useState<Files['hint']>(null);
  const uploads = useUploads(seatId, () => setArrivals((count) => count + 1));
  const sendTo = (files: readonly File[], target: UploadTarget) => {
    if (!ready) return onNotReady();
    if (files.length > 0) void uploads.begin(files, target);
  };
  const ask = async () => {
    setHint(null);
    if (!ready) return;
    const place = await askFiles(seatId, { op: 'place', target: { shell }, names: [] });
    if (place.ok) setHint(place.value);
  };
  const take = ({ files, folders }: Dropped) => {
    if (folders.length > 0) onFolders(folders);
    sendTo(files, { shell });
  };
  const drop = useFileDrop({ onEnter: () => void ask(), onFiles: take });
  return {
    panel,
    toggle: () => {
      setPanel(panel === 'open' ? 'hidden' : 'open');
      setArrivals((count) => count + 1);
    },
    send: (files) => sendTo(files, { shell }),
    sendTo,
    uploads,
    arrivals,
    drop,
    hint,
  };
}

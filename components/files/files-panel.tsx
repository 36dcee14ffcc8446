'use client';

import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { FileEntry, FolderView } from '#server/shared/file-views.ts';
import { Button } from '../ui/button.tsx';
import { askFiles, downloadAddress } from './file-api.ts';
import { FileEditor } from './file-editor.tsx';
import classes from './files-panel.module.css';
import { FolderHead } from './folder-head.tsx';
import { FolderTable } from './folder-table.tsx';
import { NameForm, type Naming } from './name-form.tsx';
import { RemoveQuestion } from './remove-question.tsx';
import type { TextFile } from './use-open-file.ts';
import type { UploadTarget } from './use-uploads.ts';

type FilesPanelProps = {
  seatId: string;
  /** Kept alive while it is hidden: what is typed in it stays. */
  visible: boolean;
  /** Counts what arrived from outside: the list is read again. */
  arrivals: number;
  onUpload: (files: readonly File[], target: UploadTarget) => void;
  onClose: () => void;
};

type Shown = { kind: 'folder' } | { kind: 'text'; file: TextFile } | { kind: 'other'; path: string; why: string };

/** The files of the sandbox beside its terminal: one folder at a time, or one file in the editor. */
export function FilesPanel({ seatId, visible, arrivals, onUpload, onClose }: FilesPanelProps) {
  const t = useTranslations('files');
  const { folder, trouble, open: openFolder, setTrouble } = useFolder(seatId, arrivals);
  const [shown, setShown] = useState<Shown>({ kind: 'folder' });
  const [naming, setNaming] = useState<Naming | null>(null);
  const [removing, setRemoving] = useState<FileEntry | null>(null);
  const refresh = () => void openFolder(folder?.path ?? null);

  const openFile = async (path: string) => {
    const reply = await askFiles(seatId, { op: 'read', path });
    if (!reply.ok) return setTrouble(reply.code);
    const { content } = reply.value;
    setTrouble(null);
    if (content.kind === 'text') setShown({ kind: 'text', file: { ...reply.value, content } });
    else setShown({ kind: 'other', path: reply.value.path, why: content.kind });
  };
  const remove = async (entry: FileEntry) => {
    setRemoving(null);
    if (entry.path === null) return;
    const reply = await askFiles(seatId, { op: 'remove', path: entry.path });
    refresh();
    if (!reply.ok) setTrouble(reply.code);
  };
  const named = async (path: string, isFile: boolean) => {
    setNaming(null);
    refresh();
    if (isFile) await openFile(path);
  };

  return (
    <section className={classes.panel} hidden={!visible} aria-label={t('region')}>
      {shown.kind === 'text' ? (
        <FileEditor
          key={shown.file.path}
          seatId={seatId}
          file={shown.file}
          onWritten={refresh}
          onClose={() => setShown({ kind: 'folder' })}
        />
      ) : (
        <>
          <FolderHead
            folder={folder}
            onOpen={(path) => void openFolder(path)}
            onRefresh={refresh}
            onName={setNaming}
            onUpload={(files) => folder && onUpload(files, { directory: folder.path })}
            onClose={onClose}
          />
          {naming && folder ? (
            <NameForm
              key={naming.kind}
              seatId={seatId}
              directory={folder.path}
              naming={naming}
              onDone={(path, isFile) => void named(path, isFile)}
              onCancel={() => setNaming(null)}
            />
          ) : null}
          {removing ? (
            <RemoveQuestion entry={removing} onRemove={() => void remove(removing)} onKeep={() => setRemoving(null)} />
          ) : null}
          {trouble ? <Trouble code={trouble} onHome={() => void openFolder(null)} /> : null}
          {shown.kind === 'other' ? (
            <div className={classes.other} role="status">
              <p>{t(`cannotOpen_${shown.why}`)}</p>
              <a href={downloadAddress(seatId, shown.path)} download>
                {t('downloadIt')}
              </a>
              <Button size="sm" variant="quiet" onClick={() => setShown({ kind: 'folder' })}>
                {t('dismiss')}
              </Button>
            </div>
          ) : null}
          <FolderTable
            seatId={seatId}
            folder={folder}
            onFolder={(path) => void openFolder(path)}
            onFile={(path) => void openFile(path)}
            onRename={(entry) => setNaming({ kind: 'rename', entry })}
            onRemove={setRemoving}
          />
        </>
      )}
    </section>
  );
}

function Trouble({ code, onHome }: { code: ErrorCode; onHome: () => void }) {
  const t = useTranslations('files');
  const errors = useTranslations('errors');
  return (
    <div className={classes.conflict} role="alert">
      <p>{errors(code)}</p>
      <div className={classes.choices}>
        <Button size="sm" onClick={onHome}>
          {t('goHome')}
        </Button>
      </div>
    </div>
  );
}

/** The folder in view. One that cannot be opened leaves the one before in place, with the reason. */
function useFolder(seatId: string, arrivals: number) {
  const [folder, setFolder] = useState<FolderView | null>(null);
  const [trouble, setTrouble] = useState<ErrorCode | null>(null);
  const open = async (directory: string | null) => {
    const reply = await askFiles(seatId, { op: 'list', directory });
    setTrouble(reply.ok ? null : reply.code);
    if (reply.ok) setFolder(reply.value);
  };
  const again = useEffectEvent(() => void open(folder?.path ?? null));
  // biome-ignore lint/correctness/useExhaustiveDependencies: each arrival is a reason to look again
  useEffect(() => again(), [arrivals]);
  return { folder, trouble, setTrouble, open };
}

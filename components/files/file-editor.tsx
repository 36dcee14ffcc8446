'use client';

import { IconArrowLeft, IconDownload } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { nameOf } from '#server/shared/file-paths.ts';
import { Button } from '../ui/button.tsx';
import { CloseQuestion } from './close-question.tsx';
import type { CodeEditor } from './code-editor.ts';
import { ConflictNotice } from './conflict-notice.tsx';
import { downloadAddress } from './file-api.ts';
import classes from './files-panel.module.css';
import { SaveNotice } from './save-notice.tsx';
import { shownPath } from './upload-rules.ts';
import { type TextFile, useOpenFile } from './use-open-file.ts';
import { usePhrases } from './use-phrases.ts';

type FileEditorProps = { seatId: string; file: TextFile; onWritten: () => void; onClose: () => void };

/** One text file: read, changed and saved, with a way out by keyboard. */
export function FileEditor({ seatId, file, onWritten, onClose }: FileEditorProps) {
  const t = useTranslations('files');
  const phrases = usePhrases();
  const open = useOpenFile(seatId, file, onWritten);
  const element = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | null>(null);
  const [dirty, setDirty] = useState(false);
  const [comparing, setComparing] = useState(false);
  const [asking, setAsking] = useState(false);
  const { state, path } = open;
  const name = nameOf(path);

  const write = async (how: 'save' | 'overwrite' | 'saveCopy') => {
    const current = editor.current;
    if (!current || state.phase === 'saving') return false;
    const wasSaved = current.saving();
    const isSafe = await open[how](current.text());
    if (isSafe) {
      wasSaved();
      compare(null);
    }
    current.focus();
    return isSafe;
  };
  const compare = (other: string | null) => {
    editor.current?.compare(other);
    setComparing(other !== null);
  };
  const takeTheirs = () => {
    const text = open.takeTheirs();
    if (text === null) return;
    compare(null);
    editor.current?.load(text);
    editor.current?.focus();
  };
  const save = useEffectEvent(() => void write('save'));
  const start = useEffectEvent((load: typeof import('./code-editor.ts')) =>
    load.openCodeEditor({
      // Rendered with this component, which has not gone yet.
      element: element.current as HTMLDivElement,
      name: nameOf(file.path),
      text: file.content.text,
      writable: file.writable,
      label: t('editorLabel', { name: nameOf(file.path) }),
      phrases,
      onDirty: setDirty,
      onSave: () => save(),
    }),
  );
  useEffect(() => {
    let gone = false;
    void import('./code-editor.ts').then((load) => {
      if (gone) return;
      editor.current = start(load);
      editor.current.focus();
    });
    return () => {
      gone = true;
      editor.current?.dispose();
      editor.current = null;
    };
  }, []);
  useKeepPage(dirty);

  return (
    <>
      <header className={classes.head}>
        <Button
          size="sm"
          variant="quiet"
          aria-label={t('back')}
          title={t('back')}
          onClick={() => (dirty ? setAsking(true) : onClose())}
        >
          <IconArrowLeft size={16} aria-hidden="true" />
        </Button>
        <h2 className={classes.title} title={path}>
          {shownPath(path)}
        </h2>
        <span className={classes.dirty}>{dirty ? t('unsaved') : file.writable ? '' : t('readOnly')}</span>
        <a
          className={classes.iconLink}
          href={downloadAddress(seatId, path)}
          download={name}
          aria-label={t('download', { name })}
        >
          <IconDownload size={17} aria-hidden="true" />
        </a>
        <Button size="sm" variant="primary" busy={state.phase === 'saving'} disabled={!dirty} onClick={() => save()}>
          {t('save')}
        </Button>
      </header>
      {state.phase === 'conflict' ? (
        <ConflictNotice
          meanwhile={state.meanwhile}
          comparing={comparing}
          onCompare={compare}
          onOverwrite={() => void write('overwrite')}
          onCopy={() => void write('saveCopy')}
          onReload={takeTheirs}
        />
      ) : null}
      {asking ? (
        <CloseQuestion
          onSave={() => void write('save').then((isSafe) => (isSafe ? onClose() : setAsking(false)))}
          onDiscard={onClose}
          onStay={() => {
            setAsking(false);
            editor.current?.focus();
          }}
        />
      ) : null}
      <div className={classes.editor} ref={element} />
      <footer className={classes.foot}>
        <SaveNotice state={state} dirty={dirty} />
        <span className={classes.hint}>{t('editorHint')}</span>
      </footer>
    </>
  );
}

/** The browser asks before it leaves a page with unsaved text. */
function useKeepPage(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
}

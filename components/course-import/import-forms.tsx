'use client';

import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { FileButton } from '#components/ui/file-button.tsx';
import classes from './imports.module.css';

type Busy = { busy: boolean };

const PACKED = '.tar,.tgz,.tar.gz,.zip,application/zip,application/x-tar,application/gzip';

/** A packed course from the admin's own machine. */
export function ArchiveForm({ busy, onFile, onStop }: Busy & { onFile: (file: File) => void; onStop: () => void }) {
  const t = useTranslations('courses');
  const help = useId();
  return (
    <div className={classes.way}>
      <div className={classes.buttons}>
        <FileButton label={t('archive')} accept={PACKED} describedBy={help} disabled={busy} onFile={onFile} />
        {busy ? (
          <Button size="sm" onClick={onStop}>
            {t('stop')}
          </Button>
        ) : null}
      </div>
      <p id={help} className={classes.help}>
        {t('archiveHelp')}
      </p>
    </div>
  );
}

type FieldProps = {
  label: string;
  help?: string;
  value: string;
  placeholder?: string;
  onChange: (value: string) => void;
};

function Field({ label, help, value, placeholder, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        maxLength={500}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {help ? (
        <p id={`${id}-help`} className={classes.help}>
          {help}
        </p>
      ) : null}
    </div>
  );
}

export function FolderForm({ busy, onFolder }: Busy & { onFolder: (folder: string) => void }) {
  const t = useTranslations('courses');
  const [folder, setFolder] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (folder.trim() !== '') onFolder(folder.trim());
  };
  return (
    <form className={classes.way} onSubmit={submit}>
      <Field label={t('folder')} help={t('folderHelp')} value={folder} onChange={setFolder} />
      <Button type="submit" size="sm" disabled={busy} aria-label={t('importFolder')}>
        {t('import')}
      </Button>
    </form>
  );
}

export type GitDraft = { url: string; ref?: string; folder?: string };

export function GitForm({ busy, onGit }: Busy & { onGit: (source: GitDraft) => void }) {
  const t = useTranslations('courses');
  const [url, setUrl] = useState('');
  const [ref, setRef] = useState('');
  const [folder, setFolder] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (url.trim() === '') return;
    const more = { ...(ref.trim() && { ref: ref.trim() }), ...(folder.trim() && { folder: folder.trim() }) };
    onGit({ url: url.trim(), ...more });
  };
  return (
    <form className={classes.way} onSubmit={submit}>
      <Field label={t('git')} help={t('gitHelp')} value={url} onChange={setUrl} />
      <div className={classes.two}>
        <Field label={t('ref')} placeholder={t('optional')} value={ref} onChange={setRef} />
        <Field label={t('path')} placeholder={t('optional')} value={folder} onChange={setFolder} />
      </div>
      <Button type="submit" size="sm" disabled={busy} aria-label={t('importGit')}>
        {t('import')}
      </Button>
    </form>
  );
}

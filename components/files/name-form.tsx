'use client';

import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { isFileName, joinPath } from '#server/shared/file-paths.ts';
import type { FileEntry } from '#server/shared/file-views.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { Button } from '../ui/button.tsx';
import { askFiles, sendFile } from './file-api.ts';
import classes from './files-panel.module.css';

/** What a name is asked for. */
export type Naming = { kind: 'file' } | { kind: 'folder' } | { kind: 'rename'; entry: FileEntry };

type NameFormProps = {
  seatId: string;
  directory: string;
  naming: Naming;
  onDone: (path: string, isFile: boolean) => void;
  onCancel: () => void;
};

/** One field for a name. What exists already is never replaced by it. */
export function NameForm({ seatId, directory, naming, onDone, onCancel }: NameFormProps) {
  const t = useTranslations('files');
  const errors = useTranslations('errors');
  const id = useId();
  const [name, setName] = useState(naming.kind === 'rename' ? naming.entry.name : '');
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isFileName(name)) return setRefused('file_name_invalid');
    const reply = await give(seatId, { directory, name, naming });
    if (reply.ok) onDone(joinPath(directory, name), naming.kind === 'file');
    else setRefused(reply.code);
  };
  return (
    <form className={classes.naming} onSubmit={(event) => void submit(event)}>
      <label htmlFor={id}>{t(`naming_${naming.kind}`)}</label>
      <input
        id={id}
        // biome-ignore lint/a11y/noAutofocus: the field opens because its button was pressed
        autoFocus
        value={name}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={refused !== null}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        onKeyDown={({ key }) => key === 'Escape' && onCancel()}
      />
      <Button size="sm" variant="primary" type="submit">
        {t(naming.kind === 'rename' ? 'rename' : 'create')}
      </Button>
      <Button size="sm" variant="quiet" onClick={onCancel}>
        {t('cancel')}
      </Button>
      {refused ? <p role="alert">{errors(refused)}</p> : null}
    </form>
  );
}

type Given = Pick<NameFormProps, 'directory' | 'naming'> & { name: string };

function give(seatId: string, { directory, name, naming }: Given): Promise<ActionResult<unknown>> {
  if (naming.kind === 'folder') return askFiles(seatId, { op: 'makeFolder', directory, name });
  if (naming.kind === 'file') return sendFile({ seatId, where: { clash: 'refuse', directory, name }, content: '' });
  const path = naming.entry.path ?? joinPath(directory, naming.entry.name);
  return askFiles(seatId, { op: 'rename', path, name });
}

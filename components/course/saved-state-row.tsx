'use client';

import { useEffect, useRef, useState } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import type { SnapshotView } from '#server/shared/views.ts';
import { formatBytes } from '../admin/format-bytes.ts';
import { Button } from '../ui/button.tsx';
import { SavedStateRename } from './saved-state-rename.tsx';
import classes from './saved-states.module.css';

type Asking = 'restore' | 'rename' | 'remove';
type SavedStateRowProps = {
  snapshot: SnapshotView;
  busy: boolean;
  onRestore: () => void;
  /** Says whether it was renamed: a name that was refused stays to be tried again. */
  onRename: (name: string) => Promise<boolean>;
  onRemove: () => void;
};

/** One kept state. Going back to it, and throwing it away, is asked once more in its place; so is a new name. */
export function SavedStateRow({ snapshot, busy, onRestore, onRename, onRemove }: SavedStateRowProps) {
  const t = useTranslations('learn');
  const [asking, setAsking] = useState<Asking | null>(null);
  const [wasRenaming, setWasRenaming] = useState(false);
  const name = snapshot.kind === 'ending' ? t('savedByEnding') : snapshot.name;
  const leave = () => {
    setWasRenaming(asking === 'rename');
    setAsking(null);
  };
  const confirm = () => {
    leave();
    if (asking === 'restore') onRestore();
    else onRemove();
  };
  const rename = async (given: string) => {
    if (await onRename(given)) leave();
  };
  return (
    <li className={classes.row}>
      <div>
        <b>{name}</b>
        <SavedStateFacts snapshot={snapshot} />
      </div>
      {asking === null ? (
        <RowActions snapshot={snapshot} name={name} busy={busy} wasRenaming={wasRenaming} onAsk={setAsking} />
      ) : null}
      {asking === 'rename' ? (
        <SavedStateRename name={snapshot.name} busy={busy} onRename={(given) => void rename(given)} onCancel={leave} />
      ) : null}
      {asking === 'restore' || asking === 'remove' ? (
        <div className={classes.question} role="alert">
          <p>{t(asking === 'restore' ? 'savedRestoreAsk' : 'savedRemoveAsk')}</p>
          <div className={classes.actions}>
            <Button size="sm" variant="danger" onClick={confirm}>
              {t(asking === 'restore' ? 'savedRestoreDo' : 'savedRemoveDo')}
            </Button>
            <Button size="sm" variant="quiet" onClick={leave}>
              {t('savedKeep')}
            </Button>
          </div>
        </div>
      ) : null}
    </li>
  );
}

type RowActionsProps = {
  snapshot: SnapshotView;
  name: string;
  busy: boolean;
  /** The field that was left is no longer there: the keyboard goes on from the button that opened it. */
  wasRenaming: boolean;
  onAsk: (what: Asking) => void;
};

function RowActions({ snapshot: { state, kind }, name, busy, wasRenaming, onAsk }: RowActionsProps) {
  const t = useTranslations('learn');
  const renameButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (wasRenaming) renameButton.current?.focus();
  }, [wasRenaming]);
  const isReady = state === 'ready';
  return (
    <div className={classes.actions}>
      {isReady ? (
        <Button size="sm" disabled={busy} onClick={() => onAsk('restore')} aria-label={t('savedRestoreName', { name })}>
          {t('savedRestore')}
        </Button>
      ) : null}
      {isReady && kind === 'student' ? (
        <Button
          ref={renameButton}
          size="sm"
          variant="quiet"
          disabled={busy}
          onClick={() => onAsk('rename')}
          aria-label={t('savedRenameName', { name })}
        >
          {t('savedRename')}
        </Button>
      ) : null}
      <Button
        size="sm"
        variant="quiet"
        disabled={busy || state === 'saving'}
        onClick={() => onAsk('remove')}
        aria-label={t('savedRemoveName', { name })}
      >
        {t('savedRemove')}
      </Button>
    </div>
  );
}

function SavedStateFacts({ snapshot: { createdAt, sizeBytes, whole, state } }: { snapshot: SnapshotView }) {
  const t = useTranslations('learn');
  const locale = useLocale();
  const format = useFormatter();
  const when = format.dateTime(new Date(createdAt), { dateStyle: 'medium', timeStyle: 'short' });
  const size = sizeBytes === null ? null : formatBytes(sizeBytes, locale);
  const kind = state === 'ready' ? t(whole ? 'savedWhole' : 'savedFiles') : t(`saved_${state}`);
  return <p className={classes.facts}>{[when, size, kind].filter((part) => part !== null).join(' · ')}</p>;
}

'use client';

import { useState } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import type { SnapshotView } from '#server/shared/views.ts';
import { formatBytes } from '../admin/format-bytes.ts';
import { Button } from '../ui/button.tsx';
import classes from './saved-states.module.css';

type SavedStateRowProps = { snapshot: SnapshotView; busy: boolean; onRestore: () => void; onRemove: () => void };

/** One kept state. Going back to it, and throwing it away, is asked once more in its place. */
export function SavedStateRow({ snapshot, busy, onRestore, onRemove }: SavedStateRowProps) {
  const t = useTranslations('learn');
  const [asking, setAsking] = useState<'restore' | 'remove' | null>(null);
  const name = snapshot.kind === 'ending' ? t('savedByEnding') : snapshot.name;
  const confirm = () => {
    setAsking(null);
    if (asking === 'restore') onRestore();
    else onRemove();
  };
  return (
    <li className={classes.row}>
      <div>
        <b>{name}</b>
        <SavedStateFacts snapshot={snapshot} />
      </div>
      {asking === null ? (
        <div className={classes.actions}>
          {snapshot.state === 'ready' ? (
            <Button
              size="sm"
              disabled={busy}
              onClick={() => setAsking('restore')}
              aria-label={t('savedRestoreName', { name })}
            >
              {t('savedRestore')}
            </Button>
          ) : null}
          <Button
            size="sm"
            variant="quiet"
            disabled={busy || snapshot.state === 'saving'}
            onClick={() => setAsking('remove')}
            aria-label={t('savedRemoveName', { name })}
          >
            {t('savedRemove')}
          </Button>
        </div>
      ) : (
        <div className={classes.question} role="alert">
          <p>{t(asking === 'restore' ? 'savedRestoreAsk' : 'savedRemoveAsk')}</p>
          <div className={classes.actions}>
            <Button size="sm" variant="danger" onClick={confirm}>
              {t(asking === 'restore' ? 'savedRestoreDo' : 'savedRemoveDo')}
            </Button>
            <Button size="sm" variant="quiet" onClick={() => setAsking(null)}>
              {t('savedKeep')}
            </Button>
          </div>
        </div>
      )}
    </li>
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

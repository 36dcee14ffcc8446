'use client';

import { useTranslations } from 'use-intl';
import type { FileEntry } from '#server/shared/file-views.ts';
import { Button } from '../ui/button.tsx';
import classes from './files-panel.module.css';

/** Nothing is deleted unasked: a sandbox has no basket. */
export function RemoveQuestion(props: { entry: FileEntry; onRemove: () => void; onKeep: () => void }) {
  const t = useTranslations('files');
  const { entry, onRemove, onKeep } = props;
  return (
    <div className={classes.conflict} role="alert">
      <p>{t(entry.kind === 'folder' ? 'removeFolder' : 'removeFile', { name: entry.name })}</p>
      <div className={classes.choices}>
        <Button size="sm" variant="danger" autoFocus onClick={onRemove}>
          {t('remove')}
        </Button>
        <Button size="sm" variant="quiet" onClick={onKeep}>
          {t('cancel')}
        </Button>
      </div>
    </div>
  );
}

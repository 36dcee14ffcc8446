'use client';

import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { Button } from '../ui/button.tsx';
import classes from './files-panel.module.css';
import type { Meanwhile } from './use-open-file.ts';

type ConflictNoticeProps = {
  meanwhile: Meanwhile;
  /** The difference is shown. */
  comparing: boolean;
  onCompare: (other: string | null) => void;
  onOverwrite: () => void;
  onCopy: () => void;
  onReload: () => void;
};

/** The file changed underneath: says so, and leaves the choice to its owner. Nothing is overwritten before. */
export function ConflictNotice(props: ConflictNoticeProps) {
  const t = useTranslations('files');
  const { meanwhile, comparing, onCompare, onOverwrite, onCopy, onReload } = props;
  return (
    <div className={classes.conflict} role="alert">
      <IconAlertTriangle size={18} aria-hidden="true" />
      <p>{t(`conflict_${meanwhile.kind}`)}</p>
      <div className={classes.choices}>
        {meanwhile.kind === 'text' ? (
          <Button size="sm" aria-pressed={comparing} onClick={() => onCompare(comparing ? null : meanwhile.text)}>
            {t(comparing ? 'hideDifference' : 'showDifference')}
          </Button>
        ) : null}
        <Button size="sm" onClick={onCopy}>
          {t('saveCopy')}
        </Button>
        {meanwhile.kind === 'other' ? null : (
          <Button size="sm" variant="danger" onClick={onOverwrite}>
            {t(meanwhile.kind === 'gone' ? 'createAgain' : 'overwrite')}
          </Button>
        )}
        {meanwhile.kind === 'text' ? (
          <Button size="sm" variant="danger" onClick={onReload}>
            {t('reload')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

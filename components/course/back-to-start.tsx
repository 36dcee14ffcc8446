'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../ui/button.tsx';
import classes from './back-to-start.module.css';
import { ReplaceDialog } from './replace-dialog.tsx';

type BackToStartProps = { title: string; busy: boolean; onBack: () => void };

/** A fresh sandbox in which all that comes before this step is done. Asked once more: what is there now goes. */
export function BackToStart({ title, busy, onBack }: BackToStartProps) {
  const t = useTranslations('learn');
  const [asking, setAsking] = useState(false);
  return (
    <div className={classes.back}>
      <Button size="sm" variant="quiet" disabled={busy} onClick={() => setAsking(true)}>
        {t('backToStart')}
      </Button>
      <ReplaceDialog
        opened={asking}
        title={t('backTitle', { title })}
        text={t('backText')}
        confirm={t('backDo')}
        onClose={() => setAsking(false)}
        onConfirm={onBack}
      />
    </div>
  );
}

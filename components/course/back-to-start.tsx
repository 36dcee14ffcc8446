'use client';

import { Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../ui/button.tsx';
import classes from './back-to-start.module.css';

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
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('backTitle', { title })}
        closeButtonProps={{ 'aria-label': t('savedClose') }}
        centered
      >
        <p>{t('backText')}</p>
        <div className={classes.answers}>
          <Button variant="quiet" onClick={() => setAsking(false)}>
            {t('resetKeep')}
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              setAsking(false);
              onBack();
            }}
          >
            {t('backDo')}
          </Button>
        </div>
      </Modal>
    </div>
  );
}

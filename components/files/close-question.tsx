'use client';

import { useTranslations } from 'use-intl';
import { Button } from '../ui/button.tsx';
import classes from './files-panel.module.css';

/** What is not saved is not thrown away unasked. */
export function CloseQuestion(props: { onSave: () => void; onDiscard: () => void; onStay: () => void }) {
  const t = useTranslations('files');
  return (
    <div className={classes.conflict} role="alert">
      <p>{t('closeQuestion')}</p>
      <div className={classes.choices}>
        <Button size="sm" variant="primary" autoFocus onClick={props.onSave}>
          {t('save')}
        </Button>
        <Button size="sm" variant="danger" onClick={props.onDiscard}>
          {t('discard')}
        </Button>
        <Button size="sm" variant="quiet" onClick={props.onStay}>
          {t('goOnEditing')}
        </Button>
      </div>
    </div>
  );
}

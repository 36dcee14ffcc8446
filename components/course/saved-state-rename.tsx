'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../ui/button.tsx';
import classes from './saved-states.module.css';

type SavedStateRenameProps = {
  name: string;
  busy: boolean;
  onRename: (name: string) => void;
  onCancel: () => void;
};

/** Stands in the row whose name is changed: Enter keeps the new one, Escape the old one. */
export function SavedStateRename({ name, busy, onRename, onCancel }: SavedStateRenameProps) {
  const t = useTranslations('learn');
  const id = useId();
  const [given, setGiven] = useState(name);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <form
      className={classes.rename}
      onSubmit={(event) => {
        event.preventDefault();
        onRename(given);
      }}
    >
      <label htmlFor={id}>{t('savedNewName')}</label>
      <input
        id={id}
        ref={field}
        value={given}
        maxLength={60}
        required
        onChange={(event) => setGiven(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onCancel();
        }}
        // The dialog would close with it.
        data-mantine-stop-propagation="true"
      />
      <div className={classes.actions}>
        <Button type="submit" size="sm" variant="primary" busy={busy} disabled={given.trim() === ''}>
          {t('savedRenameDo')}
        </Button>
        <Button size="sm" variant="quiet" onClick={onCancel}>
          {t('savedRenameCancel')}
        </Button>
      </div>
    </form>
  );
}

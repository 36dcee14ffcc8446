'use client';

import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { FieldNote } from './fields.tsx';
import classes from './form.module.css';

type PasswordFieldProps = {
  label: string;
  value: string;
  error: string | null;
  hint?: string;
  autoComplete: 'current-password' | 'new-password';
  ref: React.Ref<HTMLInputElement>;
  onChange: (value: string) => void;
};

export function PasswordField({ label, value, error, hint, autoComplete, ref, onChange }: PasswordFieldProps) {
  const t = useTranslations('account.signIn');
  const [shown, setShown] = useState(false);
  const id = useId();
  const Icon = shown ? IconEyeOff : IconEye;
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <div className={classes.withButton}>
        <input
          ref={ref}
          id={id}
          className={classes.input}
          type={shown ? 'text' : 'password'}
          value={value}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={128}
          aria-invalid={error !== null}
          aria-describedby={`${id}-hint`}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <button
          type="button"
          className={classes.eye}
          aria-label={shown ? t('hide') : t('show')}
          title={shown ? t('hide') : t('show')}
          onClick={() => setShown(!shown)}
        >
          <Icon size={18} aria-hidden="true" />
        </button>
      </div>
      <FieldNote id={`${id}-hint`} hint={hint ?? null} error={error} />
    </div>
  );
}

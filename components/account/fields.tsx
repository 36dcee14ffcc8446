'use client';

import { useId } from 'react';
import { useTranslations } from 'use-intl';
import classes from './form.module.css';

type CodeFieldProps = {
  value: string;
  error: string | null;
  ref: React.Ref<HTMLInputElement>;
  onChange: (value: string) => void;
};

/** One big field. What is typed stays as typed: case, spaces and dashes are forgiven by the server. */
export function CodeField({ value, error, ref, onChange }: CodeFieldProps) {
  const t = useTranslations('account.code');
  const id = useId();
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{t('label')}</label>
      <input
        ref={ref}
        id={id}
        className={classes.code}
        name="code"
        value={value}
        placeholder={t('placeholder')}
        autoComplete="off"
        autoCapitalize="characters"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="next"
        maxLength={24}
        aria-invalid={error !== null}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <FieldNote id={`${id}-hint`} hint={t('hint')} error={error} />
    </div>
  );
}

type TextFieldProps = CodeFieldProps & {
  label: string;
  hint?: string;
  name: string;
  type?: 'text' | 'email';
  autoComplete: string;
  maxLength?: number;
};

export function TextField({ value, error, ref, onChange, label, hint, type = 'text', ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <input
        ref={ref}
        id={id}
        className={classes.input}
        type={type}
        value={value}
        spellCheck={false}
        aria-invalid={error !== null}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.value)}
        {...rest}
      />
      <FieldNote id={`${id}-hint`} hint={hint ?? null} error={error} />
    </div>
  );
}

/** The hint, or what is wrong in its place; announced when it changes. */
export function FieldNote({ id, hint, error }: { id: string; hint: string | null; error: string | null }) {
  return (
    <p id={id} className={classes.note} data-error={error !== null} aria-live="polite">
      {error ?? hint}
    </p>
  );
}

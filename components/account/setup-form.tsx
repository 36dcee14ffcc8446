'use client';

import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { authRequest } from './auth-request.ts';
import { TextField } from './fields.tsx';
import classes from './form.module.css';
import { PasswordField } from './password-field.tsx';
import { PASSWORD_MIN, passwordHint } from './password-strength.ts';
import { type SetupDraft, type SetupField, setupFault } from './setup-fault.ts';

type Refusal = ErrorCode | 'lost';

/** The first account of an installation: its administrator. The link works once. */
export function SetupForm({ token }: { token: string }) {
  const t = useTranslations('account.setup');
  const lost = useTranslations('account.join');
  const words = useTranslations('errors');
  const [draft, setDraft] = useState<SetupDraft>({ name: '', email: '', password: '', confirm: '' });
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<SetupField | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const name = useRef<HTMLInputElement>(null);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const confirm = useRef<HTMLInputElement>(null);
  const refs = { name, email, password, confirm };

  const set = (field: SetupField) => (value: string) => setDraft((before) => ({ ...before, [field]: value }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found = setupFault(draft);
    setFault(found);
    setRefusal(null);
    if (found) return refs[found].current?.focus();
    setBusy(true);
    const body = { token, name: draft.name.trim(), email: draft.email.trim(), password: draft.password };
    const answer = await authRequest({ path: '/claim-admin', body, read: () => null });
    if (answer.ok) return window.location.assign('/admin');
    setBusy(false);
    setRefusal(answer.code);
  };
  const hint = passwordHint(draft.password);
  const strength = t(`strength.${hint}`, { min: PASSWORD_MIN, missing: PASSWORD_MIN - [...draft.password].length });
  const emailFault = draft.email.trim() === '' ? t('emailMissing') : t('emailInvalid');
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        ref={name}
        label={t('name')}
        name="name"
        autoComplete="name"
        maxLength={60}
        value={draft.name}
        error={fault === 'name' ? t('nameMissing') : null}
        onChange={set('name')}
      />
      <TextField
        ref={email}
        label={t('email')}
        hint={t('emailHint')}
        name="email"
        type="email"
        autoComplete="username"
        value={draft.email}
        error={fault === 'email' ? emailFault : null}
        onChange={set('email')}
      />
      <div>
        <PasswordField
          ref={password}
          label={t('password')}
          hint={strength}
          autoComplete="new-password"
          value={draft.password}
          error={fault === 'password' ? strength : null}
          onChange={set('password')}
        />
        <div className={classes.strength} data-hint={hint} aria-hidden="true">
          <i />
          <i />
          <i />
          <i />
        </div>
      </div>
      <PasswordField
        ref={confirm}
        label={t('confirm')}
        autoComplete="new-password"
        value={draft.confirm}
        error={fault === 'confirm' ? t('confirmDiffers') : null}
        onChange={set('confirm')}
      />
      <div className={classes.submit}>
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {busy ? t('submitting') : t('submit')}
        </Button>
        {refusal ? (
          <p className={classes.failed} role="alert">
            {refusal === 'lost' ? lost('lost') : words(refusal)}
          </p>
        ) : null}
      </div>
    </form>
  );
}

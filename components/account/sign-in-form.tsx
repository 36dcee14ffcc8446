'use client';

import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { authRequest } from './auth-request.ts';
import { TextField } from './fields.tsx';
import classes from './form.module.css';
import { PasswordField } from './password-field.tsx';

type Trouble = ErrorCode | 'lost' | 'email_missing' | 'password_missing';

/** Teachers and administrators. After signing in the first page leads on by role. */
export function SignInForm({ next }: { next: string }) {
  const t = useTranslations('account');
  const words = useTranslations('errors');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const emailRef = useRef<HTMLInputElement>(null);
  const passwordRef = useRef<HTMLInputElement>(null);

  const refuse = (what: Trouble, field: typeof emailRef) => {
    setTrouble(what);
    field.current?.focus();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (email.trim() === '') return refuse('email_missing', emailRef);
    if (password === '') return refuse('password_missing', passwordRef);
    setTrouble(null);
    setBusy(true);
    const body = { email: email.trim(), password };
    const answer = await authRequest({ path: '/sign-in/email', body, read: () => null });
    if (answer.ok) return window.location.assign(next);
    setBusy(false);
    refuse(answer.code, passwordRef);
  };
  const failed = trouble && trouble !== 'email_missing' && trouble !== 'password_missing' ? trouble : null;
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        ref={emailRef}
        label={t('signIn.email')}
        name="email"
        type="email"
        autoComplete="username"
        value={email}
        error={trouble === 'email_missing' ? t('signIn.emailMissing') : null}
        onChange={setEmail}
      />
      <PasswordField
        ref={passwordRef}
        label={t('signIn.password')}
        autoComplete="current-password"
        value={password}
        error={trouble === 'password_missing' ? t('signIn.passwordMissing') : null}
        onChange={setPassword}
      />
      <div className={classes.submit}>
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {busy ? t('signIn.submitting') : t('signIn.submit')}
        </Button>
        {failed ? (
          <p className={classes.failed} role="alert">
            {failed === 'lost' ? t('join.lost') : words(failed)}
          </p>
        ) : null}
        <p className={classes.small}>{t('signIn.forgotten')}</p>
      </div>
    </form>
  );
}

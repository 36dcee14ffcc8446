'use client';

import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { authRequest } from './auth-request.ts';
import { CodeField, TextField } from './fields.tsx';
import classes from './form.module.css';
import { fieldOf, type Joined, readJoined } from './join-answer.ts';
import { JoinedPanel } from './joined-panel.tsx';

type JoinFormProps = {
  /** Given by the link: then only the name is asked. */
  code?: string;
  initialName?: string;
};
type Trouble = { at: 'code' | 'name' | null; what: ErrorCode | 'lost' | 'missing' };

/** Code, name, one button; afterwards the private link back. */
export function JoinForm({ code: given, initialName = '' }: JoinFormProps) {
  const t = useTranslations('account');
  const words = useTranslations('errors');
  const [code, setCode] = useState('');
  const [name, setName] = useState(initialName);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [joined, setJoined] = useState<Joined | null>(null);
  const codeRef = useRef<HTMLInputElement>(null);
  const nameRef = useRef<HTMLInputElement>(null);
  const typedCode = given ?? code;

  const refuse = (next: Trouble) => {
    setTrouble(next);
    (next.at === 'code' ? codeRef : next.at === 'name' ? nameRef : null)?.current?.focus();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (typedCode.trim() === '') return refuse({ at: 'code', what: 'missing' });
    if (name.trim() === '') return refuse({ at: 'name', what: 'missing' });
    setTrouble(null);
    setBusy(true);
    const answer = await authRequest({ path: '/join', body: { code: typedCode, name: name.trim() }, read: readJoined });
    setBusy(false);
    if (answer.ok) return setJoined(answer.value);
    refuse({ at: fieldOf(answer.code), what: answer.code });
  };
  const say = (at: Trouble['at']): string | null => {
    if (trouble?.at !== at) return null;
    if (trouble.what === 'missing') return at === 'code' ? t('code.missing') : t('name.missing');
    return trouble.what === 'lost' ? t('join.lost') : words(trouble.what);
  };

  if (joined) return <JoinedPanel name={name.trim()} returnLink={joined.returnLink} code={typedCode} />;
  const failed = say(null) ?? (given === undefined ? null : say('code'));
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      {given === undefined ? <CodeField ref={codeRef} value={code} error={say('code')} onChange={setCode} /> : null}
      <TextField
        ref={nameRef}
        label={t('name.label')}
        hint={t('name.hint')}
        name="name"
        autoComplete="name"
        maxLength={60}
        value={name}
        error={say('name')}
        onChange={setName}
      />
      <div className={classes.submit}>
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {busy ? t('join.submitting') : t('join.submit')}
        </Button>
        {failed ? (
          <p className={classes.failed} role="alert">
            {failed}
          </p>
        ) : null}
        <p className={classes.small}>{t('join.seen')}</p>
      </div>
    </form>
  );
}

'use client';

import { Modal } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { TextField } from '#components/account/fields.tsx';
import form from '#components/account/form.module.css';
import { makePassword, PASSWORD_MIN } from '#components/account/password-strength.ts';
import { setupFault } from '#components/account/setup-fault.ts';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { ActionResult } from '#server/shared/views.ts';
import classes from './admin.module.css';
import type { UserLine } from './user-section.tsx';

export type TeacherDraft = { name: string; email: string; password: string };

type NewTeacherProps = {
  opened: boolean;
  signInLink: string;
  createTeacher: (draft: TeacherDraft) => Promise<ActionResult<UserLine>>;
  onCreated: (line: UserLine) => void;
  onClose: () => void;
};

const fresh = (): TeacherDraft => ({
  name: '',
  email: '',
  password: makePassword((bytes) => crypto.getRandomValues(bytes)),
});

/** Makes an account and shows once what to hand over. */
export function NewTeacher({ opened, onClose, onCreated, ...rest }: NewTeacherProps) {
  const t = useTranslations('admin.users');
  const [made, setMade] = useState<TeacherDraft | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      centered
      title={made ? t('createdTitle', { name: made.name }) : t('addTitle')}
      closeButtonProps={{ 'aria-label': t('done') }}
    >
      {made ? (
        <HandOver draft={made} signInLink={rest.signInLink} onDone={close} />
      ) : (
        <TeacherForm
          createTeacher={rest.createTeacher}
          onCancel={close}
          onMade={(draft, line) => {
            setMade(draft);
            onCreated(line);
          }}
        />
      )}
    </Modal>
  );
}

type TeacherFormProps = Pick<NewTeacherProps, 'createTeacher'> & {
  onCancel: () => void;
  onMade: (draft: TeacherDraft, line: UserLine) => void;
};

function TeacherForm({ createTeacher, onCancel, onMade }: TeacherFormProps) {
  const t = useTranslations('admin.users');
  const [draft, setDraft] = useState(fresh);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<keyof TeacherDraft | null>(null);
  const [refusal, setRefusal] = useState<ErrorCode | null>(null);
  const name = useRef<HTMLInputElement>(null);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const refs = { name, email, password };
  const set = (field: keyof TeacherDraft) => (value: string) => setDraft((before) => ({ ...before, [field]: value }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = setupFault({ ...draft, confirm: draft.password });
    const wrong = found === 'confirm' ? null : found;
    setFault(wrong);
    setRefusal(null);
    if (wrong) return refs[wrong].current?.focus();
    setBusy(true);
    const sent = { ...draft, name: draft.name.trim(), email: draft.email.trim() };
    const result = await createTeacher(sent).catch(() => null);
    setBusy(false);
    if (result?.ok) onMade(sent, result.value);
    else setRefusal(result?.code ?? 'timed_out');
  };
  return (
    <form className={form.form} onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        ref={name}
        label={t('name')}
        name="teacher-name"
        autoComplete="off"
        maxLength={60}
        value={draft.name}
        error={fault === 'name' ? t('nameMissing') : null}
        onChange={set('name')}
      />
      <TextField
        ref={email}
        label={t('email')}
        hint={t('emailHint')}
        name="teacher-email"
        type="email"
        autoComplete="off"
        value={draft.email}
        error={fault === 'email' ? t('emailInvalid') : null}
        onChange={set('email')}
      />
      <TextField
        ref={password}
        label={t('password')}
        hint={t('passwordHint', { min: PASSWORD_MIN })}
        name="teacher-password"
        autoComplete="off"
        maxLength={128}
        value={draft.password}
        error={fault === 'password' ? t('passwordShort', { min: PASSWORD_MIN }) : null}
        onChange={set('password')}
      />
      {refusal ? <ErrorNotice code={refusal} /> : null}
      <div className={classes.askActions}>
        <Button type="submit" variant="primary" busy={busy}>
          {busy ? t('creating') : t('create')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </div>
    </form>
  );
}

function HandOver({ draft, signInLink, onDone }: { draft: TeacherDraft; signInLink: string; onDone: () => void }) {
  const t = useTranslations('admin.users');
  const lines = [
    [t('address'), signInLink],
    [t('email'), draft.email],
    [t('password'), draft.password],
  ];
  return (
    <>
      <p className={classes.ask}>{t('createdLead')}</p>
      <dl className={classes.handOver}>
        {lines.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={classes.askActions}>
        <CopyButton
          text={lines.map(([label, value]) => `${label}: ${value}`).join('\n')}
          label={t('copyAll')}
          variant="default"
          size="md"
        />
        <Button variant="primary" onClick={onDone}>
          {t('done')}
        </Button>
      </div>
    </>
  );
}

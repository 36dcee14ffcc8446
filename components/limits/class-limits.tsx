'use client';

import { Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { KERNEL_LIMITS, LIMIT_NAMES, type LimitName, type SandboxLimits } from '#server/shared/sandbox-policy.ts';
import type { ActionResult, ClassLimitsView } from '#server/shared/views.ts';
import { draftOf, readClassDraft } from './limit-draft.ts';
import classes from './limits.module.css';

export type SaveClassLimits = (limits: SandboxLimits) => Promise<ActionResult<null>>;

type ClassLimitsProps = { limits: ClassLimitsView & { enforces: readonly string[] }; saveLimits: SaveClassLimits };

/** What the sandboxes of this class may take, for the teacher who knows the lesson. */
export function ClassLimitsButton({ limits, saveLimits }: ClassLimitsProps) {
  const t = useTranslations('limits.class');
  const [opened, setOpened] = useState(false);
  const [own, setOwn] = useState(limits.own);
  return (
    <>
      <Button variant="quiet" onClick={() => setOpened(true)}>
        {t('button')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        centered
        size="lg"
        title={t('title')}
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        <ClassLimitsForm
          limits={{ ...limits, own }}
          saveLimits={saveLimits}
          onCancel={() => setOpened(false)}
          onSaved={(saved) => {
            setOwn(saved);
            setOpened(false);
          }}
        />
      </Modal>
    </>
  );
}

type FormProps = ClassLimitsProps & { onCancel: () => void; onSaved: (saved: SandboxLimits) => void };

function ClassLimitsForm({ limits, saveLimits, onCancel, onSaved }: FormProps) {
  const t = useTranslations('limits.class');
  const [draft, setDraft] = useState(() => draftOf(limits.own));
  const [wrong, setWrong] = useState<readonly LimitName[]>([]);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const read = readClassDraft(draft, limits.ceilings);
    setWrong(read.ok ? [] : read.wrong);
    if (!read.ok) return document.getElementById(`class-${read.wrong[0]}`)?.focus();
    setBusy(true);
    const result = await saveLimits(read.limits).catch(() => null);
    setBusy(false);
    if (!result?.ok) return setRefused(result?.code ?? 'timed_out');
    onSaved(read.limits);
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <p className={classes.lead}>{t('lead')}</p>
      {LIMIT_NAMES.map((name) => (
        <ClassLimitField
          key={name}
          name={name}
          limits={limits}
          value={draft[name]}
          isWrong={wrong.includes(name)}
          onChange={(value) => setDraft((before) => ({ ...before, [name]: value }))}
        />
      ))}
      {refused ? <ErrorNotice code={refused} /> : null}
      <div className={classes.actions}>
        <Button type="submit" variant="primary" busy={busy}>
          {t('save')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </div>
    </form>
  );
}

type FieldProps = Pick<ClassLimitsProps, 'limits'> & {
  name: LimitName;
  value: string;
  isWrong: boolean;
  onChange: (value: string) => void;
};

function ClassLimitField({ name, limits, value, isWrong, onChange }: FieldProps) {
  const t = useTranslations('limits');
  const format = useFormatter();
  const kernel: readonly string[] = KERNEL_LIMITS;
  const isHeld = !kernel.includes(name) || limits.enforces.includes(name);
  const amounts = { course: format.number(limits.inherited[name]), ceiling: format.number(limits.ceilings[name]) };
  return (
    <div className={classes.field}>
      <label htmlFor={`class-${name}`}>{t(`${name}.label`)}</label>
      <input
        id={`class-${name}`}
        inputMode="decimal"
        autoComplete="off"
        value={value}
        placeholder={String(limits.inherited[name])}
        aria-invalid={isWrong}
        aria-describedby={`class-${name}-hint`}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <p id={`class-${name}-hint`} data-wrong={isWrong}>
        {t(`${name}.what`)} <b>{t(isWrong ? `${name}.range` : 'class.amounts', amounts)}</b>
        {isHeld ? null : <span className={classes.loose}> {t('loose')}</span>}
      </p>
    </div>
  );
}

'use client';

import { Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { ActionResult, SnapshotList, SnapshotView } from '#server/shared/views.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import type { SnapshotActions } from './learn-props.ts';
import { SavedStateRow } from './saved-state-row.tsx';
import classes from './saved-states.module.css';

type SavedStatesProps = {
  opened: boolean;
  /** Whether there is a sandbox to save. */
  isReady: boolean;
  actions: SnapshotActions;
  onClose: () => void;
};

const unreachable = () => ({ ok: false as const, code: 'shutting_down' as const });

/** The states a student keeps of their sandbox: save one, go back to one, throw one away. */
export function SavedStates({ opened, isReady, actions, onClose }: SavedStatesProps) {
  const t = useTranslations('learn');
  const [list, setList] = useState<SnapshotList | null>(null);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const [busy, setBusy] = useState<'save' | 'other' | null>(null);
  const run = async <T,>(what: 'save' | 'other', action: Promise<ActionResult<T>>): Promise<T | null> => {
    setBusy(what);
    const reply = await action.catch(unreachable);
    setBusy(null);
    setRefused(reply.ok ? null : reply.code);
    return reply.ok ? reply.value : null;
  };
  const show = (next: SnapshotList | null) => next && setList(next);
  const save = async (name: string) => {
    const next = await run('save', actions.save(name));
    show(next);
    return next !== null;
  };
  const rename = async ({ snapshotId }: SnapshotView, name: string) => {
    const next = await run('other', actions.rename({ snapshotId, name }));
    show(next);
    return next !== null;
  };
  const remove = async ({ snapshotId }: SnapshotView) => {
    show(await run('other', actions.remove(snapshotId)));
  };
  const restore = async ({ snapshotId }: SnapshotView) => {
    if ((await run('other', actions.restore(snapshotId))) !== null) onClose();
  };
  useEffect(() => {
    if (!opened) return;
    setRefused(null);
    actions.list().then(
      (reply) => (reply.ok ? setList(reply.value) : setRefused(reply.code)),
      () => setRefused('shutting_down'),
    );
  }, [opened, actions]);
  const mine = list?.snapshots.filter(({ kind, state }) => kind === 'student' && state !== 'failed') ?? [];
  const isFull = list !== null && mine.length >= list.quota;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('savedTitle')}
      closeButtonProps={{ 'aria-label': t('savedClose') }}
      centered
      size="lg"
    >
      <p className={classes.lead}>{t('savedLead')}</p>
      {refused ? <ErrorNotice code={refused} /> : null}
      <SaveForm disabled={!isReady || isFull || busy !== null} busy={busy === 'save'} onSave={save} />
      {list ? <p className={classes.quota}>{t('savedQuota', { count: mine.length, quota: list.quota })}</p> : null}
      {list?.snapshots.length === 0 ? <p className={classes.empty}>{t('savedEmpty')}</p> : null}
      <ul className={classes.list}>
        {list?.snapshots.map((snapshot) => (
          <SavedStateRow
            key={snapshot.snapshotId}
            snapshot={snapshot}
            busy={busy !== null}
            onRestore={() => restore(snapshot)}
            onRename={(name) => rename(snapshot, name)}
            onRemove={() => remove(snapshot)}
          />
        ))}
      </ul>
    </Modal>
  );
}

/** `onSave` says whether it was saved: the name of what was refused stays to be tried again. */
type SaveFormProps = { disabled: boolean; busy: boolean; onSave: (name: string) => Promise<boolean> };

function SaveForm({ disabled, busy, onSave }: SaveFormProps) {
  const t = useTranslations('learn');
  const [name, setName] = useState('');
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void onSave(name).then((saved) => saved && setName(''));
      }}
    >
      <label>
        {t('savedName')}
        <input value={name} maxLength={60} required onChange={(event) => setName(event.target.value)} />
      </label>
      <Button type="submit" variant="primary" disabled={disabled || name.trim() === ''} busy={busy}>
        {t(busy ? 'savedSaving' : 'savedSave')}
      </Button>
    </form>
  );
}

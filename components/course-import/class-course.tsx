'use client';

import { Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ClassCourseView, StepChanges } from '#server/shared/course-version.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { ActionResult } from '#server/shared/views.ts';
import classes from './imports.module.css';

type MoveClass = (courseId: string) => Promise<ActionResult<null>>;

/** Which version of its course a class works with, and the way to the newest. */
export function ClassCourseButton({ view, move }: { view: ClassCourseView; move: MoveClass }) {
  const t = useTranslations('courses.class');
  const [opened, setOpened] = useState(false);
  const { number, newest } = view;
  return (
    <>
      <Button variant="quiet" onClick={() => setOpened(true)}>
        {newest ? t('buttonNew', { number, newest: newest.number }) : t('button', { number })}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        centered
        size="lg"
        title={t('title')}
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        <p className={classes.lead}>{t('stays', { number })}</p>
        {newest ? (
          <NewestVersion newest={newest} move={move} onCancel={() => setOpened(false)} />
        ) : (
          <p className={classes.lead}>{t('newest')}</p>
        )}
      </Modal>
    </>
  );
}

type NewestProps = { newest: NonNullable<ClassCourseView['newest']>; move: MoveClass; onCancel: () => void };

function NewestVersion({ newest, move, onCancel }: NewestProps) {
  const t = useTranslations('courses.class');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const go = async () => {
    setBusy(true);
    const result = await move(newest.courseId).catch(() => null);
    // The grid has other columns from now on: the page is drawn anew.
    if (result?.ok) return window.location.reload();
    setBusy(false);
    setRefused(result?.code ?? 'timed_out');
  };
  return (
    <>
      <p className={classes.lead}>{t('moved', { number: newest.number })}</p>
      <Changes changes={newest.changes} />
      <p className={classes.lead}>{t('kept')}</p>
      {refused ? <ErrorNotice code={refused} /> : null}
      <div className={classes.buttons}>
        <Button variant="primary" busy={busy} onClick={() => void go()}>
          {t('move', { number: newest.number })}
        </Button>
        <Button data-autofocus onClick={onCancel}>
          {t('cancel')}
        </Button>
      </div>
    </>
  );
}

const KINDS = ['added', 'removed', 'changed'] as const;

function Changes({ changes }: { changes: StepChanges }) {
  const t = useTranslations('courses.class');
  const told = KINDS.filter((kind) => changes[kind].length > 0);
  if (told.length === 0) return <p className={classes.lead}>{t('words')}</p>;
  return (
    <dl className={classes.changes}>
      {told.map((kind) => (
        <div key={kind}>
          <dt>{t(kind, { count: changes[kind].length })}</dt>
          <dd>{changes[kind].join(' · ')}</dd>
        </div>
      ))}
    </dl>
  );
}

'use client';

import { Modal } from '@mantine/core';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { NewLesson } from '#server/shared/pool-policy.ts';
import type { ActionResult, LessonView } from '#server/shared/views.ts';
import { LessonForm } from './lesson-form.tsx';
import { LessonList } from './lesson-list.tsx';
import classes from './lessons.module.css';

export type LessonActions = {
  read: () => Promise<ActionResult<LessonView[]>>;
  add: (lesson: NewLesson) => Promise<ActionResult<LessonView>>;
  remove: (lessonId: string) => Promise<ActionResult<null>>;
};

/** When the class meets: sandboxes are made ready for it beforehand. */
export function LessonsButton({ actions }: { actions: LessonActions }) {
  const t = useTranslations('teach.lessons');
  const [opened, setOpened] = useState(false);
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
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {opened ? <Timetable actions={actions} /> : null}
      </Modal>
    </>
  );
}

function Timetable({ actions }: { actions: LessonActions }) {
  const t = useTranslations('teach.lessons');
  const { lessons, refused, busy, add, remove } = useLessons(actions);
  return (
    <div className={classes.timetable}>
      <p className={classes.lead}>{t('lead')}</p>
      <LessonList lessons={lessons} busy={busy} onRemove={(id) => void remove(id)} />
      <LessonForm busy={busy} onAdd={add} />
      {refused ? <ErrorNotice code={refused} /> : null}
    </div>
  );
}

function useLessons(actions: LessonActions) {
  const [lessons, setLessons] = useState<readonly LessonView[] | null>(null);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async <T,>(act: () => Promise<ActionResult<T>>, take: (value: T) => void): Promise<boolean> => {
    setBusy(true);
    const result = await act().catch(() => null);
    setBusy(false);
    setRefused(result?.ok ? null : (result?.code ?? 'timed_out'));
    if (result?.ok) take(result.value);
    return result?.ok === true;
  };
  const begin = useEffectEvent(() => void run(actions.read, setLessons));
  useEffect(() => begin(), []);
  const put = (added: LessonView) => setLessons((before) => byBeginning([...(before ?? []), added]));
  const drop = (lessonId: string) =>
    setLessons((before) => before?.filter((lesson) => lesson.lessonId !== lessonId) ?? null);
  return {
    lessons,
    refused,
    busy,
    add: (lesson: NewLesson) => run(() => actions.add(lesson), put),
    remove: (lessonId: string) =>
      run(
        () => actions.remove(lessonId),
        () => drop(lessonId),
      ),
  };
}

const byBeginning = (lessons: LessonView[]) => lessons.toSorted((a, b) => a.startsAt.localeCompare(b.startsAt));

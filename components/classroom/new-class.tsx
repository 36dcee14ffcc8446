'use client';

import { Modal } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { ActionResult, CourseSummary } from '#server/shared/views.ts';
import { Board } from './board.tsx';
import classes from './class-list.module.css';
import type { ListedClass } from './class-list.tsx';

export type CreateClass = (input: { courseId: string; title: string }) => Promise<ActionResult<ListedClass>>;

type NewClassProps = {
  opened: boolean;
  courses: readonly CourseSummary[];
  createClass: CreateClass;
  onClose: () => void;
};

/** Course and name; afterwards the code, large enough for the board. */
export function NewClass({ opened, courses, createClass, onClose }: NewClassProps) {
  const t = useTranslations('teach.create');
  const router = useRouter();
  const [made, setMade] = useState<ListedClass | null>(null);
  const close = () => {
    if (made) router.refresh();
    setMade(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      centered
      size={made ? 'xl' : 'md'}
      title={made ? t('readyTitle', { title: made.classroom.title }) : t('title')}
      closeButtonProps={{ 'aria-label': t('cancel') }}
      classNames={{ title: classes.modalTitle }}
    >
      {made ? (
        <>
          <Board code={made.classroom.code} joinLink={made.joinLink} />
          <div className={classes.actions} data-center="true">
            <ButtonLink href={`/teach/${made.classroom.classroomId}`} variant="primary">
              {t('openGrid')}
            </ButtonLink>
            <Button onClick={close}>{t('done')}</Button>
          </div>
        </>
      ) : (
        <NewClassForm courses={courses} createClass={createClass} onMade={setMade} onCancel={close} />
      )}
    </Modal>
  );
}

type FormProps = Pick<NewClassProps, 'courses' | 'createClass'> & {
  onMade: (made: ListedClass) => void;
  onCancel: () => void;
};

function NewClassForm({ courses, createClass, onMade, onCancel }: FormProps) {
  const t = useTranslations('teach.create');
  const [courseId, setCourseId] = useState(courses[0]?.courseId ?? '');
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const [failed, setFailed] = useState<ErrorCode | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setFailed(null);
    setMissing(title.trim() === '');
    if (title.trim() === '') return field.current?.focus();
    setBusy(true);
    const result = await createClass({ courseId, title: title.trim() }).catch(() => null);
    setBusy(false);
    if (result?.ok) onMade(result.value);
    else setFailed(result?.code ?? 'timed_out');
  };
  if (courses.length === 0) return <p className={classes.hint}>{t('noCourses')}</p>;
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <label>
        <b>{t('className')}</b>
        <input
          ref={field}
          data-autofocus
          value={title}
          maxLength={60}
          autoComplete="off"
          placeholder={t('classNamePlaceholder')}
          aria-invalid={missing}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <span className={classes.hint} data-error={missing} aria-live="polite">
          {missing ? t('classNameMissing') : t('classNameHint')}
        </span>
      </label>
      <CourseChoice courses={courses} courseId={courseId} onChoose={setCourseId} />
      {failed ? <ErrorNotice code={failed} /> : null}
      <div className={classes.actions}>
        <Button type="submit" variant="primary" busy={busy}>
          {busy ? t('submitting') : t('submit')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </div>
    </form>
  );
}

type CourseChoiceProps = Pick<FormProps, 'courses'> & { courseId: string; onChoose: (courseId: string) => void };

function CourseChoice({ courses, courseId, onChoose }: CourseChoiceProps) {
  const t = useTranslations('teach.create');
  const steps = (course: CourseSummary) => course.chapters.reduce((sum, chapter) => sum + chapter.steps.length, 0);
  return (
    <fieldset className={classes.courses}>
      <legend>{t('course')}</legend>
      {courses.map((course) => (
        <label key={course.courseId} data-chosen={course.courseId === courseId}>
          <input
            type="radio"
            name="course"
            value={course.courseId}
            checked={course.courseId === courseId}
            onChange={() => onChoose(course.courseId)}
          />
          <span>
            <b>{course.title}</b>
            <small>{t('chapters', { chapters: course.chapters.length, steps: steps(course) })}</small>
            {course.summary ? <small>{course.summary}</small> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

'use client';

import Link from 'next/link';
import { useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import type { ClassroomSummary, CourseSummary } from '#server/shared/views.ts';
import classes from './class-list.module.css';
import { type CreateClass, NewClass } from './new-class.tsx';

export type ListedClass = { classroom: ClassroomSummary; joinLink: string };
type ClassListProps = { classes: readonly ListedClass[]; courses: readonly CourseSummary[]; createClass: CreateClass };

export function ClassList({ classes: listed, courses, createClass }: ClassListProps) {
  const t = useTranslations('teach');
  const [creating, setCreating] = useState(false);
  const open = listed.filter(({ classroom }) => classroom.closedAt === null);
  const closed = listed.filter(({ classroom }) => classroom.closedAt !== null);
  const create = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      {t('create.button')}
    </Button>
  );
  return (
    <div className={classes.page}>
      <header className={classes.heading}>
        <div>
          <h1>{t('classes.title')}</h1>
          <p>{t('classes.lead')}</p>
        </div>
        {listed.length > 0 ? create : null}
      </header>
      {listed.length === 0 ? (
        <EmptyState title={t('classes.empty')} action={create}>
          {t('classes.emptyLead')}
        </EmptyState>
      ) : null}
      {open.length > 0 ? <ClassTable label={t('classes.openClasses')} listed={open} /> : null}
      {closed.length > 0 ? (
        <section className={classes.closed}>
          <h2>{t('classes.closedClasses')}</h2>
          <ClassTable label={t('classes.closedClasses')} listed={closed} />
        </section>
      ) : null}
      <NewClass opened={creating} courses={courses} createClass={createClass} onClose={() => setCreating(false)} />
    </div>
  );
}

function ClassTable({ label, listed }: { label: string; listed: readonly ListedClass[] }) {
  const t = useTranslations('teach.classes');
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t('class')}</th>
          <th scope="col">{t('studentsColumn')}</th>
          <th scope="col">{t('createdColumn')}</th>
          <th scope="col">{t('code')}</th>
        </tr>
      </thead>
      <tbody>
        {listed.map((one) => (
          <ClassLine key={one.classroom.classroomId} {...one} />
        ))}
      </tbody>
    </table>
  );
}

function ClassLine({ classroom, joinLink }: ListedClass) {
  const t = useTranslations('teach');
  const format = useFormatter();
  const date = (iso: string) => format.dateTime(new Date(iso), { day: 'numeric', month: 'short', year: 'numeric' });
  const { classroomId, title, courseTitle, students, createdAt, closedAt, code } = classroom;
  return (
    <tr>
      <th scope="row">
        <Link href={`/teach/${classroomId}`}>{title}</Link>
        <small>{courseTitle}</small>
      </th>
      <td>{t('classes.students', { count: students })}</td>
      <td>
        <time dateTime={closedAt ?? createdAt}>
          {closedAt === null ? date(createdAt) : t('classes.closed', { date: date(closedAt) })}
        </time>
      </td>
      <td className={classes.codeCell}>
        {closedAt === null ? (
          <>
            <span className={classes.code}>{code}</span>
            <CopyButton text={joinLink} label={t('create.copyLink')} />
          </>
        ) : null}
      </td>
    </tr>
  );
}

'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { AgeText } from '#components/classroom/use-now.tsx';
import { Button } from '#components/ui/button.tsx';
import type { ActionResult, Role } from '#server/shared/views.ts';
import classes from './admin.module.css';
import { NewTeacher, type TeacherDraft } from './new-teacher.tsx';

export type UserLine = { userId: string; name: string; email: string; role: Role; createdAt: string };

type UserSectionProps = {
  users: readonly UserLine[];
  signInLink: string;
  createTeacher: (draft: TeacherDraft) => Promise<ActionResult<UserLine>>;
};

export function UserSection({ users, signInLink, createTeacher }: UserSectionProps) {
  const t = useTranslations('admin.users');
  const [adding, setAdding] = useState(false);
  const [added, setAdded] = useState<readonly UserLine[]>([]);
  const lines = [...users, ...added.filter((one) => users.every((user) => user.userId !== one.userId))];
  return (
    <section className={classes.section} aria-labelledby="users-title">
      <div className={classes.sectionHead}>
        <h2 id="users-title">{t('title')}</h2>
        <Button size="sm" onClick={() => setAdding(true)}>
          {t('add')}
        </Button>
      </div>
      {lines.length < 2 ? <p className={classes.quiet}>{t('none')}</p> : null}
      <div className={classes.scroll}>
        <table className={classes.table} data-kind="users">
          <thead>
            <tr>
              <th scope="col">{t('name')}</th>
              <th scope="col">{t('email')}</th>
              <th scope="col">{t('role')}</th>
              <th scope="col" data-number>
                {t('since')}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ userId, name, email, role, createdAt }) => (
              <tr key={userId}>
                <th scope="row">{name}</th>
                <td>{email}</td>
                <td>{t(role)}</td>
                <td data-number data-label={t('since')}>
                  <AgeText iso={createdAt} area="admin" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <NewTeacher
        opened={adding}
        signInLink={signInLink}
        createTeacher={createTeacher}
        onCreated={(line) => setAdded([...added, line])}
        onClose={() => setAdding(false)}
      />
    </section>
  );
}

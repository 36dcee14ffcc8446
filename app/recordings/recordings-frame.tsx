import type { ReactNode } from 'react';
import { loadMessages } from '#components/messages/load-messages.ts';
import classes from '#components/recording/recording.module.css';
import { AppFrame } from '#components/ui/app-frame.tsx';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import { Crumbs } from '#components/ui/top-bar.tsx';
import { ViewerMenu } from '#components/ui/viewer-menu.tsx';
import { requestLanguage, translator } from '../request-language.ts';
import { StaffMenu } from '../teach/staff-menu.tsx';
import type { RecordingsPage } from './recordings-for.ts';

type FrameProps = { page: RecordingsPage; last?: string; children: ReactNode };

/** The way here: a teacher's through the class, a student's through the chapter. */
export async function RecordingsFrame({ page, last, children }: FrameProps) {
  const [t, language] = await Promise.all([translator('recording'), requestLanguage()]);
  const { student, isOwn, viewer, chapterHref } = page;
  const list = {
    label: isOwn ? t('titleMine') : student.name,
    ...(last && { href: `/recordings/${student.enrollmentId}` }),
  };
  const before = isOwn
    ? chapterHref
      ? [{ label: t('backToChapter'), href: chapterHref }]
      : []
    : [
        { label: t('back'), href: '/teach' },
        { label: student.classTitle, href: `/teach/${student.classroomId}` },
      ];
  return (
    <MoreMessages messages={await loadMessages(language, ['recording'])}>
      <AppFrame
        home={isOwn ? '/' : '/teach'}
        width="wide"
        crumbs={<Crumbs parts={[...before, list, ...(last ? [{ label: last }] : [])]} />}
        aside={
          isOwn ? (
            <ViewerMenu viewer={viewer} detail={student.classTitle} />
          ) : (
            <StaffMenu viewer={viewer} here="teach" />
          )
        }
      >
        <div className={classes.page}>{children}</div>
      </AppFrame>
    </MoreMessages>
  );
}

import type { Metadata } from 'next';
import { ClassList } from '#components/classroom/class-list.tsx';
import { loadMessages } from '#components/messages/load-messages.ts';
import { AppFrame } from '#components/ui/app-frame.tsx';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import { Crumbs } from '#components/ui/top-bar.tsx';
import { listClassrooms } from '#server/classrooms/list-classrooms.ts';
import { runtime } from '#server/runtime.ts';
import { requestLanguage, translator } from '../request-language.ts';
import { joinLink, siteAddress } from '../site-address.ts';
import { requireStaff } from './acting.ts';
import { createClass } from './actions.ts';
import { StaffMenu } from './staff-menu.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('teach');
  return { title: t('classes.pageTitle') };
}

export default async function TeachPage() {
  const viewer = await requireStaff('/teach', ['teacher', 'admin']);
  const { courses } = runtime();
  const [t, language, classrooms, site] = await Promise.all([
    translator('teach'),
    requestLanguage(),
    listClassrooms({ actor: viewer, library: courses }),
    siteAddress(),
  ]);
  return (
    <MoreMessages messages={await loadMessages(language, ['teach'])}>
      <AppFrame
        home="/teach"
        crumbs={<Crumbs parts={[{ label: t('classes.pageTitle') }]} />}
        aside={<StaffMenu viewer={viewer} here="teach" />}
      >
        <ClassList
          classes={classrooms.map((classroom) => ({ classroom, joinLink: joinLink(site, classroom.code) }))}
          courses={courses.offered(language)}
          createClass={createClass}
        />
      </AppFrame>
    </MoreMessages>
  );
}

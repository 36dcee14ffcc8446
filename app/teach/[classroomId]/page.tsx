import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { LiveClass } from '#components/classroom/live-class.tsx';
import { readView } from '#components/classroom/remember-view.ts';
import { ClassCourseButton } from '#components/course-import/class-course.tsx';
import { loadMessages } from '#components/messages/load-messages.ts';
import { AppFrame } from '#components/ui/app-frame.tsx';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import { Crumbs } from '#components/ui/top-bar.tsx';
import type { Actor } from '#server/accounts/permissions.ts';
import { classCourse } from '#server/classrooms/class-course.ts';
import { classLimits } from '#server/classrooms/class-limits.ts';
import { classRecording } from '#server/classrooms/class-recording.ts';
import { classroomGrid } from '#server/classrooms/classroom-grid.ts';
import { errorCode } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import type { ClassroomGrid } from '#server/shared/views.ts';
import { requestLanguage, translator } from '../../request-language.ts';
import { joinLink, siteAddress } from '../../site-address.ts';
import { requireStaff } from '../acting.ts';
import { closeClass, readRows } from '../actions.ts';
import { openCopy } from '../copy-actions.ts';
import { moveToVersion } from '../course-actions.ts';
import { addClassLesson, readLessons, removeClassLesson } from '../lesson-actions.ts';
import { saveClassLimits } from '../limit-actions.ts';
import { saveClassRecording } from '../recording-actions.ts';
import { StaffMenu } from '../staff-menu.tsx';
import { readValues } from '../value-actions.ts';

type LiveClassPageProps = {
  params: Promise<{ classroomId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('teach');
  return { title: t('grid.title') };
}

export default async function LiveClassPage({ params, searchParams }: LiveClassPageProps) {
  const [{ classroomId }, query] = await Promise.all([params, searchParams]);
  const viewer = await requireStaff(`/teach/${classroomId}`, ['teacher', 'admin']);
  const [t, language, grid, site] = await Promise.all([
    translator('teach'),
    requestLanguage(),
    gridOrNotFound(viewer, classroomId),
    siteAddress(),
  ]);
  const limits = await limitsOf(viewer, classroomId);
  const parts = [{ label: t('grid.back'), href: '/teach' }, { label: grid.classroom.title }];
  return (
    <MoreMessages messages={await loadMessages(language, ['teach', 'limits', 'recording', 'terminal', 'courses'])}>
      <AppFrame
        home="/teach"
        width="full"
        crumbs={<Crumbs parts={parts} />}
        aside={<StaffMenu viewer={viewer} here="teach" />}
      >
        <LiveClass
          grid={grid}
          now={new Date().toISOString()}
          {...readView(query)}
          joinLink={joinLink(site, grid.classroom.code)}
          readRows={readRows}
          closeClass={closeClass}
          limits={limits}
          openCopy={openCopy}
          readValues={readValues}
          recording={await recordingOf(viewer, classroomId)}
          saveRecording={saveClassRecording.bind(null, classroomId)}
          saveLimits={saveClassLimits.bind(null, classroomId)}
          courseVersion={<CourseVersion viewer={viewer} classroomId={classroomId} />}
          lessons={{
            read: readLessons.bind(null, classroomId),
            add: addClassLesson.bind(null, classroomId),
            remove: removeClassLesson.bind(null, classroomId),
          }}
        />
      </AppFrame>
    </MoreMessages>
  );
}

/** Nothing for a course of this server, which has no versions. */
async function CourseVersion({ viewer, classroomId }: { viewer: Actor; classroomId: string }) {
  const view = await classCourse({ actor: viewer, classroomId, library: runtime().courses });
  return view && <ClassCourseButton view={view} move={moveToVersion.bind(null, classroomId)} />;
}

async function limitsOf(actor: Actor, classroomId: string) {
  const { courses, limits, system } = runtime();
  const view = await classLimits({ actor, classroomId, library: courses, machine: limits.current() });
  return { ...view, enforces: await system.enforces() };
}

/** Null for an admin: recordings are between a class and who teaches it. */
async function recordingOf(actor: Actor, classroomId: string) {
  return classRecording({ actor, classroomId }).catch((error: unknown) => {
    if (errorCode(error) === 'not_allowed') return null;
    throw error;
  });
}

/** Somebody else's class and no class at all look the same from outside. */
async function gridOrNotFound(actor: Actor, classroomId: string): Promise<ClassroomGrid> {
  const { courses, live } = runtime();
  try {
    return await classroomGrid({ actor, classroomId, library: courses, isOnline: (id) => live.isOnline(id) });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'not_found' || code === 'not_allowed') notFound();
    throw error;
  }
}

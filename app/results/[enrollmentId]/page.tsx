import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { loadMessages } from '#components/messages/load-messages.ts';
import { Results } from '#components/results/results.tsx';
import { AppFrame } from '#components/ui/app-frame.tsx';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import { Crumbs } from '#components/ui/top-bar.tsx';
import { ViewerMenu } from '#components/ui/viewer-menu.tsx';
import { findViewer } from '#server/accounts/session.ts';
import { studentResults } from '#server/classrooms/student-results.ts';
import { errorCode } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import type { StudentResults } from '#server/shared/result-views.ts';
import { requestLanguage, translator } from '../../request-language.ts';
import { StaffMenu } from '../../teach/staff-menu.tsx';

type PageProps = { params: Promise<{ enrollmentId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('results');
  return { title: t('pageTitle') };
}

/** What one student has done, for themselves and their teacher; for others it does not exist. */
export default async function ResultsPage({ params }: PageProps) {
  const { enrollmentId } = await params;
  const [viewer, language, t] = await Promise.all([
    headers().then(findViewer),
    requestLanguage(),
    translator('results'),
  ]);
  if (!viewer) redirect(`/?next=${encodeURIComponent(`/results/${enrollmentId}`)}&error=not_signed_in`);
  const actor = { userId: viewer.userId, role: viewer.role, name: viewer.name };
  const request = { actor, enrollmentId, library: runtime().courses, language };
  const results = await studentResults(request).catch((error: unknown) => {
    const code = errorCode(error);
    if (code === 'not_found' || code === 'not_allowed' || code === 'course_unknown') notFound();
    throw error;
  });
  const { isOwn, student } = results;
  const last = { label: isOwn ? t('titleMine') : student.name };
  return (
    <MoreMessages messages={await loadMessages(language, ['results'])}>
      <AppFrame
        home={isOwn ? '/' : '/teach'}
        width="wide"
        crumbs={<Crumbs parts={[...wayHere(results, t), last]} />}
        aside={
          isOwn ? (
            <ViewerMenu viewer={viewer} detail={student.classTitle} />
          ) : (
            <StaffMenu viewer={viewer} here="teach" />
          )
        }
      >
        <Results results={results} printedOn={new Date().toISOString()} />
      </AppFrame>
    </MoreMessages>
  );
}

/** A student came from their chapter, a teacher from the class. */
function wayHere({ isOwn, student, courseId, chapters }: StudentResults, t: (key: string) => string) {
  const { classroomId, classTitle } = student;
  if (!isOwn) {
    return [
      { label: t('classes'), href: '/teach' },
      { label: classTitle, href: `/teach/${classroomId}` },
    ];
  }
  const [first] = chapters;
  const href = `/learn/${courseId}/${first?.chapterId}?class=${encodeURIComponent(classroomId)}`;
  return first ? [{ label: t('backToChapter'), href }] : [];
}

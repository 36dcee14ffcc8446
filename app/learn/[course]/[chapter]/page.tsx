import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ContentReload } from '#components/course/content-reload.tsx';
import { LearnPage } from '#components/course/learn-page.tsx';
import { loadMessages } from '#components/messages/load-messages.ts';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import { errorCode } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { requestLanguage } from '../../../request-language.ts';
import { loadLearnPage } from './load-learn-page.tsx';

type PageProps = {
  params: Promise<{ course: string; chapter: string }>;
  searchParams: Promise<{ class?: string | string[] }>;
};

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { course, chapter } = await params;
  try {
    const { number, title } = runtime().courses.chapter(course, chapter, await requestLanguage());
    return { title: `${number} ${title}` };
  } catch {
    // The page itself says what is missing.
    return {};
  }
}

export default async function ChapterPage({ params, searchParams }: PageProps) {
  const { course, chapter } = await params;
  const asked = (await searchParams).class;
  const classroomId = typeof asked === 'string' ? asked : undefined;
  const language = await requestLanguage();
  const page = await loadLearnPage({ courseId: course, chapterId: chapter, classroomId, language }).catch(
    (error: unknown) => {
      const code = errorCode(error);
      if (code === 'course_unknown' || code === 'not_found') notFound();
      throw error;
    },
  );
  return (
    <MoreMessages messages={await loadMessages(language, ['learn', 'terminal', 'recording', 'files'])}>
      {runtime().config.liveCourses ? <ContentReload enrollmentId={page.enrollmentId} /> : null}
      <LearnPage key={page.place.chapter.chapterId} {...page} />
    </MoreMessages>
  );
}

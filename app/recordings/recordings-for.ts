import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { findViewer } from '#server/accounts/session.ts';
import { listRecordings, type StudentRecordings } from '#server/classrooms/recordings.ts';
import { errorCode } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import type { ViewerView } from '#server/shared/views.ts';

export type RecordingsPage = StudentRecordings & {
  viewer: ViewerView;
  /** Titles of the course's steps by their keys. */
  titles: Record<string, string>;
  /** The course's first chapter, for the way back; null where the course was taken off the server. */
  chapterHref: string | null;
};

/** A student's recordings for whoever may watch them; for others they do not exist. */
export async function recordingsFor(enrollmentId: string, here: string): Promise<RecordingsPage> {
  const viewer = await findViewer(await headers());
  if (!viewer) redirect(`/?next=${encodeURIComponent(here)}&error=not_signed_in`);
  const actor = { userId: viewer.userId, role: viewer.role, name: viewer.name };
  const found = await listRecordings({ actor, enrollmentId }).catch((error: unknown) => {
    const code = errorCode(error);
    if (code === 'not_found' || code === 'not_allowed') notFound();
    throw error;
  });
  const { courseId, classroomId } = found.student;
  const course = runtime()
    .courses.list()
    .find((one) => one.courseId === courseId);
  const chapters = course?.chapters ?? [];
  const steps = chapters.flatMap((chapter) => chapter.steps);
  const first = chapters[0];
  return {
    ...found,
    viewer,
    titles: Object.fromEntries(steps.map((step) => [step.stepKey, step.title])),
    chapterHref: first ? `/learn/${courseId}/${first.chapterId}?class=${encodeURIComponent(classroomId)}` : null,
  };
}

import type { Actor } from '#server/accounts/permissions.ts';
import { hashToken, newToken } from '#server/accounts/tokens.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import { requireEnrollment } from '#server/progress/require-enrollment.ts';
import { chapterPath } from './enrollment-rules.ts';
import { addReturnLink, findByReturnToken } from './enrollment-store.ts';

/** A new private link to one's own work; earlier ones go on working, the newest few of them. */
export async function createReturnLink(request: {
  actor: Actor;
  enrollmentId: string;
  baseUrl: string;
}): Promise<string> {
  const { actor, enrollmentId, baseUrl } = request;
  await requireEnrollment({ actor, enrollmentId, action: 'enrollment:link' });
  const { token, tokenHash } = newToken();
  await addReturnLink(enrollmentId, tokenHash, new Date());
  return new URL(`/back/${token}`, baseUrl).href;
}

export async function openReturnLink(
  token: string,
  library: CourseLibrary,
): Promise<{ userId: string; path: string } | null> {
  const enrollment = await findByReturnToken(hashToken(token));
  if (!enrollment) return null;
  const { id: classroomId, courseId } = enrollment.classroom;
  const chapters = library.list().find((course) => course.courseId === courseId)?.chapters ?? [];
  return {
    userId: enrollment.userId,
    path: chapterPath({ courseId, classroomId, currentStep: enrollment.currentStep, chapters }),
  };
}

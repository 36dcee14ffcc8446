import type { Actor } from '#server/accounts/permissions.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import { studentValues } from '#server/courses/student-values.ts';
import type { ChapterValues } from '#server/shared/views.ts';
import { enrollmentSeed } from './enrollment-seed.ts';
import { requireEnrollment } from './require-enrollment.ts';

type Asked = { actor: Actor; enrollmentId: string; chapterId: string; library: CourseLibrary };

/**
 * What one student's page, commands and checks have in place of `{{name}}` in a chapter; empty where it declares
 * nothing. Throws `not_found`, `not_allowed`, `course_unknown`.
 */
export async function chapterValues({ actor, enrollmentId, chapterId, library }: Asked): Promise<ChapterValues> {
  const seat = await requireEnrollment({ actor, enrollmentId, action: 'enrollment:read' });
  const { values } = library.chapter(seat.courseId, chapterId);
  const own = studentValues(values, await enrollmentSeed(enrollmentId));
  return Object.entries(own).map(([name, value]) => ({ name, value }));
}

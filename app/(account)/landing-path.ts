import { chapterPath } from '#server/classrooms/enrollment-rules.ts';
import { findMyLatestSeat } from '#server/classrooms/find-enrollment.ts';
import { runtime } from '#server/runtime.ts';
import type { ViewerView } from '#server/shared/views.ts';

type Seat = { courseId: string; classroomId: string; currentStep: string | null };

/** Where a role begins: administration, classes, or the chapter left last. Null: nothing to go on with yet. */
export async function landingPath(viewer: ViewerView): Promise<string | null> {
  if (viewer.role === 'admin') return '/admin';
  if (viewer.role === 'teacher') return '/teach';
  const seat = await findMyLatestSeat({ actor: viewer });
  return seat && seatPath(seat);
}

/** The chapter a student goes on with; null when the course has left the server. */
export function seatPath(seat: Seat): string | null {
  const course = runtime()
    .courses.list()
    .find((one) => one.courseId === seat.courseId);
  if (!course || course.chapters.length === 0) return null;
  const { courseId, classroomId, currentStep } = seat;
  return chapterPath({ courseId, classroomId, currentStep, chapters: course.chapters });
}

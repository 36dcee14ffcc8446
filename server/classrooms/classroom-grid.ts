import type { Actor } from '#server/accounts/permissions.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import { AppError } from '#server/errors.ts';
import type { StudentRow } from '#server/shared/protocol.ts';
import type { ClassroomGrid, CourseSummary } from '#server/shared/views.ts';
import { classroomView } from './classroom-view.ts';
import { studentRowView } from './enrollment-rules.ts';
import { findClassProgress, findEnrollmentProgress } from './enrollment-store.ts';
import { requireClassroom } from './require-classroom.ts';

type IsOnline = (enrollmentId: string) => boolean;

export type ClassroomGridRequest = { actor: Actor; classroomId: string; library: CourseLibrary; isOnline: IsOnline };

/** Everybody in a class and where they stand, by name. */
export async function classroomGrid({
  actor,
  classroomId,
  library,
  isOnline,
}: ClassroomGridRequest): Promise<ClassroomGrid> {
  const classroom = await requireClassroom({ actor, classroomId, action: 'classroom:read' });
  const rows = await findClassProgress(classroomId);
  return {
    classroom: classroomView(classroom, library),
    course: courseSummary(classroom.courseId, library),
    rows: rows.map((row) => studentRowView(row, isOnline(row.id))),
  };
}

/** One line of the grid, for live events: the caller has decided already who may see it. */
export async function studentRow(request: { enrollmentId: string; isOnline: IsOnline }): Promise<StudentRow> {
  const row = await findEnrollmentProgress(request.enrollmentId);
  if (!row) throw new AppError('not_found', `no enrollment ${request.enrollmentId}`);
  return studentRowView(row, request.isOnline(row.id));
}

function courseSummary(courseId: string, library: CourseLibrary): CourseSummary {
  const course = library.list().find((one) => one.courseId === courseId);
  if (!course) throw new AppError('course_unknown', `course ${courseId} is not on this server`);
  return course;
}

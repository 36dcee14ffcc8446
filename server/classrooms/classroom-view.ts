import type { CourseLibrary } from '#server/courses/course-library.ts';
import type { ClassroomSummary } from '#server/shared/views.ts';
import { formatClassCode } from './class-code-rules.ts';
import type { ClassroomRow } from './classroom-store.ts';

/** A course that was taken off the server leaves its classes readable under its folder's name. */
export function classroomView(row: ClassroomRow, library: CourseLibrary): ClassroomSummary {
  return {
    classroomId: row.id,
    title: row.title,
    code: formatClassCode(row.code),
    courseId: row.courseId,
    courseTitle: library.list().find((course) => course.courseId === row.courseId)?.title ?? row.courseId,
    students: row.students,
    createdAt: row.createdAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
  };
}

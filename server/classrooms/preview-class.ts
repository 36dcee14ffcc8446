import type { CourseLibrary } from '#server/courses/course-library.ts';
import type { ClassroomSummary } from '#server/shared/views.ts';
import { classroomByCode } from './class-code-tries.ts';
import { classroomView } from './classroom-view.ts';

export type ClassPreview = Pick<
  ClassroomSummary,
  'classroomId' | 'title' | 'code' | 'courseId' | 'courseTitle' | 'closedAt'
>;

/** What a code leads to, before a name is asked. `address` is the browser's: see accounts/address.ts. */
export async function previewClass(request: {
  code: string;
  address: string;
  library: CourseLibrary;
}): Promise<ClassPreview> {
  const { code, address, library } = request;
  const { createdAt: _, students: __, ...preview } = classroomView(await classroomByCode(code, address), library);
  return preview;
}

'use server';

import { moveClass } from '#server/classrooms/class-course.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { acting } from './acting.ts';

/** The class works with that version of its course from now on. */
export async function moveToVersion(classroomId: string, courseId: string): Promise<ActionResult<null>> {
  return acting('move_to_version', async (actor) => {
    const isText = typeof classroomId === 'string' && typeof courseId === 'string';
    if (!isText || classroomId.length > 64 || courseId.length > 100) throw new AppError('bad_request', 'no ids');
    await moveClass({ actor, classroomId, library: runtime().courses, to: courseId });
    return null;
  });
}

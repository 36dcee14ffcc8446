'use server';

import { setClassLimits } from '#server/classrooms/class-limits.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { sandboxLimits } from '#server/shared/sandbox-policy.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { acting } from './acting.ts';

/** What the class says of its sandboxes; for those that begin from now on. */
export async function saveClassLimits(classroomId: string, input: unknown): Promise<ActionResult<null>> {
  return acting('save_class_limits', async (actor) => {
    if (typeof classroomId !== 'string' || classroomId.length > 64) throw new AppError('bad_request', 'no class id');
    const parsed = sandboxLimits.safeParse(input);
    if (!parsed.success)
      throw new AppError('limit_out_of_range', 'limits that cannot be used', { cause: parsed.error });
    const { courses, limits } = runtime();
    await setClassLimits({ actor, classroomId, library: courses, machine: limits.current(), limits: parsed.data });
    return null;
  });
}

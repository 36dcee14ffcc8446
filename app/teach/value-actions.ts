'use server';

import { z } from 'zod';
import { AppError } from '#server/errors.ts';
import { chapterValues } from '#server/progress/chapter-values.ts';
import { runtime } from '#server/runtime.ts';
import type { ActionResult, ChapterValues } from '#server/shared/views.ts';
import { acting } from './acting.ts';

const shape = z.strictObject({ enrollmentId: z.string().min(1).max(64), chapterId: z.string().min(1).max(64) });

/** What a student's `{{name}}` stand for in one chapter. */
export async function readValues(input: unknown): Promise<ActionResult<ChapterValues>> {
  return acting('read_values', async (actor) => {
    const asked = shape.safeParse(input);
    if (!asked.success) throw new AppError('bad_request', 'an action got what it cannot read');
    return chapterValues({ actor, ...asked.data, library: runtime().courses });
  });
}

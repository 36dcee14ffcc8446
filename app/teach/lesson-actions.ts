'use server';

import { z } from 'zod';
import { addLesson, listLessons, removeLesson } from '#server/classrooms/lessons.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { newLesson } from '#server/shared/pool-policy.ts';
import type { ActionResult, LessonView } from '#server/shared/views.ts';
import { acting } from './acting.ts';

const id = z.string().min(1).max(64);

export async function readLessons(classroomId: string): Promise<ActionResult<LessonView[]>> {
  return acting('read_lessons', (actor) =>
    listLessons({ actor, classroomId: read(id, classroomId), now: runtime().clock.now() }),
  );
}

/** Warm sandboxes are made ready for it beforehand. */
export async function addClassLesson(classroomId: string, input: unknown): Promise<ActionResult<LessonView>> {
  return acting('add_lesson', async (actor) => {
    const parsed = newLesson.safeParse(input);
    if (!parsed.success) throw new AppError('lesson_impossible', 'no lesson', { cause: parsed.error });
    const { startsAt, endsAt, seats } = parsed.data;
    const times = { startsAt: new Date(startsAt), endsAt: new Date(endsAt), seats };
    const { clock, sandboxes } = runtime();
    const added = await addLesson({ actor, classroomId: read(id, classroomId), now: clock.now(), ...times });
    sandboxes.pool?.fill();
    return added;
  });
}

export async function removeClassLesson(classroomId: string, lessonId: string): Promise<ActionResult<null>> {
  return acting('remove_lesson', async (actor) => {
    await removeLesson({ actor, classroomId: read(id, classroomId), lessonId: read(id, lessonId) });
    runtime().sandboxes.pool?.fill();
    return null;
  });
}

function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new AppError('bad_request', 'an action got what it cannot read');
  return parsed.data;
}

'use server';

import { z } from 'zod';
import { setClassRecording } from '#server/classrooms/class-recording.ts';
import { requireDeletable } from '#server/classrooms/recordings.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { recordingSetting } from '#server/shared/recording-policy.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { acting } from './acting.ts';

const id = z.string().min(1).max(64);

/** Turns recording on or off for the class; off stops at once, on begins with each student's confirmation. */
export async function saveClassRecording(classroomId: string, input: unknown): Promise<ActionResult<null>> {
  return acting('save_class_recording', async (actor) => {
    const { days } = read(recordingSetting, input);
    const students = await setClassRecording({ actor, classroomId: read(id, classroomId), days });
    const { live, recordings } = runtime();
    await recordings.refresh(students.map(({ enrollmentId }) => enrollmentId));
    for (const { enrollmentId, notice } of students)
      live.publish(`enrollment:${enrollmentId}`, { type: 'recording', recording: notice });
    return null;
  });
}

/** Deletes a recording for good, its file first. */
export async function removeRecording(recordingId: string): Promise<ActionResult<null>> {
  return acting('remove_recording', async (actor) => {
    const { recordingId: found, forget } = await requireDeletable({ actor, recordingId: read(id, recordingId) });
    await runtime().recordings.remove(found);
    await forget();
    return null;
  });
}

function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new AppError('bad_request', 'an action got what it cannot read');
  return parsed.data;
}

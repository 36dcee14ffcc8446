'use server';

import { headers } from 'next/headers';
import { z } from 'zod';
import { requireActor } from '#server/accounts/session.ts';
import { confirmRecording as confirm } from '#server/classrooms/class-recording.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { MOST_KEEP_DAYS, type RecordingNotice } from '#server/shared/recording-policy.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { actionResult } from '../action-result.ts';

const given = z.tuple([z.string().min(1).max(64), z.int().min(1).max(MOST_KEEP_DAYS)]);

/** The student read that their terminal is recorded and kept for so many days: only now it begins. */
export async function confirmRecording(
  enrollmentId: string,
  days: number,
): Promise<ActionResult<RecordingNotice | null>> {
  return actionResult('confirmRecording', async () => {
    const parsed = given.safeParse([enrollmentId, days]);
    if (!parsed.success) throw new AppError('bad_request', 'no confirmation');
    const [id, told] = parsed.data;
    const actor = await requireActor(await headers());
    const notice = await confirm({ actor, enrollmentId: id, days: told });
    await runtime().recordings.refresh([id]);
    // Their other pages show the sign as well.
    runtime().live.publish(`enrollment:${id}`, { type: 'recording', recording: notice });
    return notice;
  });
}

'use server';

import { headers } from 'next/headers';
import { z } from 'zod';
import { requireActor } from '#server/accounts/session.ts';
import { requireEnrollment } from '#server/classrooms/find-enrollment.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import type { SandboxView } from '#server/shared/protocol.ts';
import type { ActionResult, SnapshotList } from '#server/shared/views.ts';
import { actionResult } from '../action-result.ts';

const idShape = z.string().min(1).max(64);
const nameShape = z.string().max(200);
const renameShape = z.strictObject({ snapshotId: idShape, name: nameShape });

export async function listSnapshots(enrollmentId: string): Promise<ActionResult<SnapshotList>> {
  return actionResult('listSnapshots', async () => {
    const seat = await mySeat(enrollmentId);
    return runtime().snapshots.list(seat.enrollmentId);
  });
}

export async function saveSnapshot(enrollmentId: string, name: string): Promise<ActionResult<SnapshotList>> {
  return actionResult('saveSnapshot', async () =>
    runtime().snapshots.save(await mySeat(enrollmentId), parse(nameShape, name)),
  );
}

export async function renameSnapshot(
  enrollmentId: string,
  given: { snapshotId: string; name: string },
): Promise<ActionResult<SnapshotList>> {
  return actionResult('renameSnapshot', async () => {
    const seat = await mySeat(enrollmentId);
    const { snapshotId, name } = parse(renameShape, given);
    return runtime().snapshots.rename(seat.enrollmentId, snapshotId, name);
  });
}

export async function removeSnapshot(enrollmentId: string, snapshotId: string): Promise<ActionResult<SnapshotList>> {
  return actionResult('removeSnapshot', async () => {
    const seat = await mySeat(enrollmentId);
    return runtime().snapshots.remove(seat.enrollmentId, parse(idShape, snapshotId));
  });
}

export async function restoreSnapshot(enrollmentId: string, snapshotId: string): Promise<ActionResult<SandboxView>> {
  return actionResult('restoreSnapshot', async () =>
    runtime().snapshots.restore(await mySeat(enrollmentId), parse(idShape, snapshotId)),
  );
}

async function mySeat(enrollmentId: string): Promise<{ enrollmentId: string; courseId: string }> {
  const actor = await requireActor(await headers());
  const request = { actor, enrollmentId: parse(idShape, enrollmentId), action: 'snapshot:manage' as const };
  const { courseId } = await requireEnrollment(request);
  return { enrollmentId: request.enrollmentId, courseId };
}

function parse<T>(shape: z.ZodType<T>, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw new AppError('bad_request', 'an action got something else than its form sends');
  return parsed.data;
}

'use server';

import type { Actor } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { requireEnrollment } from '#server/classrooms/find-enrollment.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { type CopyOf, copySeatId } from '#server/shared/copy-seat.ts';
import type { SandboxView } from '#server/shared/protocol.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { acting } from './acting.ts';

/** A copy of the student's sandbox as it is now, for whoever asks; one that they had of it ends. */
export async function openCopy(enrollmentId: string): Promise<ActionResult<SandboxView>> {
  return acting('open_copy', async (actor) => {
    const copy = await requireCopyOf(actor, enrollmentId);
    const view = await runtime().copies.open(copy);
    await record(actor, { action: 'sandbox.copy', copy });
    return view;
  });
}

export async function closeCopy(enrollmentId: string): Promise<ActionResult<SandboxView>> {
  return acting('close_copy', async (actor) => {
    const copy = await requireCopyOf(actor, enrollmentId);
    const before = runtime().sandboxes.view(copySeatId(copy));
    const view = await runtime().copies.close(copy);
    if (before.sandboxId !== null && before.phase !== 'gone')
      await record(actor, { action: 'sandbox.copy_closed', copy });
    return view;
  });
}

export async function extendCopy(enrollmentId: string): Promise<ActionResult<SandboxView>> {
  return acting('extend_copy', async (actor) =>
    runtime().sandboxes.extend(copySeatId(await requireCopyOf(actor, enrollmentId))),
  );
}

/** Its teacher is there, though nothing is typed. */
export async function stayInCopy(enrollmentId: string): Promise<ActionResult<SandboxView>> {
  return acting('stay_in_copy', async (actor) => {
    const seatId = copySeatId(await requireCopyOf(actor, enrollmentId));
    runtime().sandboxes.touch(seatId);
    return runtime().sandboxes.view(seatId);
  });
}

async function requireCopyOf(actor: Actor, input: unknown): Promise<CopyOf & { courseId: string }> {
  if (typeof input !== 'string' || input.length > 64) throw new AppError('bad_request', 'no enrollment id');
  const seat = await requireEnrollment({ actor, enrollmentId: input, action: 'sandbox:copy' });
  return { enrollmentId: seat.enrollmentId, ownerId: actor.userId, courseId: seat.courseId };
}

const record = (actor: Actor, { action, copy }: { action: string; copy: CopyOf }) =>
  recordAudit({ actor, action, targetType: 'enrollment', targetId: copy.enrollmentId });

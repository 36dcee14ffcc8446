'use server';

import { z } from 'zod';
import { requirePermission } from '#server/accounts/permissions.ts';
import { createTeacher, type UserSummary } from '#server/accounts/users.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import type { ActionResult, SystemView } from '#server/shared/views.ts';
import { acting } from '../teach/acting.ts';

const key = z.string().min(1).max(100);
const teacher = z.strictObject({
  name: z.string().max(200),
  email: z.string().max(254),
  password: z.string().max(200),
});

export async function readSystem(): Promise<ActionResult<SystemView>> {
  return acting('read_system', async (actor) => {
    requirePermission(actor, 'system:read', 'other');
    return runtime().system.view();
  });
}

export async function rebuildImage(courseId: string): Promise<ActionResult<null>> {
  return acting('rebuild_image', async (actor) => {
    requirePermission(actor, 'image:rebuild', 'other');
    const { courses, system } = runtime();
    const targetId = courses.course(read(key, courseId)).courseId;
    system.rebuildImage(targetId);
    await recordAudit({ actor, action: 'image.rebuild', targetType: 'image', targetId });
    return null;
  });
}

export async function endSandbox(sandboxId: string): Promise<ActionResult<null>> {
  return acting('end_sandbox', async (actor) => {
    requirePermission(actor, 'sandbox:end', 'other');
    const { sandboxId: targetId } = await liveSandbox(sandboxId);
    await runtime().sandboxes.end(targetId, 'ended_by_admin');
    await recordAudit({ actor, action: 'sandbox.end', targetType: 'sandbox', targetId });
    return null;
  });
}

export async function resetSandbox(sandboxId: string): Promise<ActionResult<null>> {
  return acting('reset_sandbox', async (actor) => {
    requirePermission(actor, 'sandbox:reset', 'other');
    const { sandboxId: targetId, enrollmentId, courseId } = await liveSandbox(sandboxId);
    await runtime().sandboxes.reset({ enrollmentId, courseId }, 'reset_by_teacher');
    await recordAudit({ actor, action: 'sandbox.reset', targetType: 'sandbox', targetId });
    return null;
  });
}

export async function createTeacherAccount(input: unknown): Promise<ActionResult<UserSummary>> {
  return acting('create_teacher', (actor) => createTeacher({ actor, ...read(teacher, input) }));
}

/** A sandbox that ended meanwhile is told as such, not as a fault. */
async function liveSandbox(input: unknown) {
  const sandboxId = read(key, input);
  const row = (await runtime().sandboxes.rows()).find((one) => one.sandboxId === sandboxId);
  if (!row) throw new AppError('sandbox_gone', `sandbox ${sandboxId} lives no more`);
  return row;
}

function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new AppError('bad_request', 'an action got what it cannot read');
  return parsed.data;
}

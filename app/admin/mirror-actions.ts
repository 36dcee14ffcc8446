'use server';

import { z } from 'zod';
import { requirePermission } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import type { ActionResult, DoctorFinding, MirrorView } from '#server/shared/views.ts';
import { acting } from '../teach/acting.ts';

const imageName = z.strictObject({ repository: z.string().min(1).max(200), tag: z.string().min(1).max(128) });

export async function readMirror(): Promise<ActionResult<MirrorView>> {
  return acting('read_mirror', async (actor) => {
    requirePermission(actor, 'system:read', 'other');
    return requireMirror().view();
  });
}

export async function seedMirror(): Promise<ActionResult<string[]>> {
  return acting('seed_mirror', async (actor) => {
    requirePermission(actor, 'mirror:write', 'other');
    const names = await requireMirror().seed();
    await recordAudit({ actor, action: 'mirror.seed', targetType: 'mirror', targetId: '', detail: names.join(', ') });
    return names;
  });
}

export async function removeMirrorImage(input: unknown): Promise<ActionResult<null>> {
  return acting('remove_mirror_image', async (actor) => {
    requirePermission(actor, 'mirror:write', 'other');
    const name = imageName.safeParse(input);
    if (!name.success) throw new AppError('bad_request', 'an action got what it cannot read');
    await requireMirror().remove(name.data);
    const targetId = `${name.data.repository}:${name.data.tag}`;
    await recordAudit({ actor, action: 'mirror.remove', targetType: 'mirror', targetId });
    return null;
  });
}

export async function examineHost(): Promise<ActionResult<DoctorFinding[] | null>> {
  return acting('examine_host', async (actor) => {
    requirePermission(actor, 'system:read', 'other');
    return runtime().system.examine();
  });
}

function requireMirror() {
  const { mirror } = runtime().system;
  if (mirror === null) throw new AppError('host_incapable', 'this server has no mirror');
  return mirror;
}

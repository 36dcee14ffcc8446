'use server';

import { z } from 'zod';
import { requirePermission } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { poolTarget } from '#server/shared/pool-policy.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { acting } from '../teach/acting.ts';

const input = z.strictObject({ courseId: z.string().min(1).max(100), target: poolTarget });

/** How many warm sandboxes of a course are kept ready at all times. */
export async function savePoolTarget(courseId: string, target: number): Promise<ActionResult<null>> {
  return acting('save_pool_target', async (actor) => {
    requirePermission(actor, 'pool:set', 'other');
    const parsed = input.safeParse({ courseId, target });
    if (!parsed.success) throw new AppError('limit_out_of_range', 'no number of sandboxes', { cause: parsed.error });
    const { courses, poolTargets, sandboxes } = runtime();
    const { courseId: targetId } = courses.course(parsed.data.courseId);
    const before = poolTargets.byHand(targetId);
    await poolTargets.set(targetId, parsed.data.target);
    sandboxes.pool?.fill();
    const detail = `${before ?? '-'} > ${parsed.data.target}`;
    await recordAudit({ actor, action: 'pool.set', targetType: 'course', targetId, detail });
    return null;
  });
}

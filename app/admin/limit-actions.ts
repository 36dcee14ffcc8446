'use server';

import { requirePermission } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { limitWords } from '#server/shared/limit-rules.ts';
import { machineLimits } from '#server/shared/sandbox-policy.ts';
import type { ActionResult, MachineLimitsView } from '#server/shared/views.ts';
import { acting } from '../teach/acting.ts';

/** Defaults and ceilings of every sandbox that begins from now on; null takes the environment's again. */
export async function saveMachineLimits(input: unknown): Promise<ActionResult<MachineLimitsView>> {
  return acting('save_machine_limits', async (actor) => {
    requirePermission(actor, 'limits:set', 'other');
    const parsed = machineLimits.nullable().safeParse(input);
    if (!parsed.success)
      throw new AppError('limit_out_of_range', 'limits that cannot be used', { cause: parsed.error });
    const { limits } = runtime();
    const before = limits.current();
    await limits.change(parsed.data);
    const after = limits.current();
    const changes = (['defaults', 'ceilings'] as const).map(
      (level) => `${level}: ${limitWords(before[level], after[level])}`,
    );
    const detail = changes.join('; ');
    await recordAudit({ actor, action: 'limits.set', targetType: 'machine', targetId: 'limits', detail });
    return { limits: after, isSet: limits.isSet() };
  });
}

import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { aboveCeiling } from '#server/shared/limit-rules.ts';
import { type MachineLimits, machineLimits } from '#server/shared/sandbox-policy.ts';
import { readSetting, writeSetting } from './setting-store.ts';

/** The machine's own defaults and ceilings: the environment's, until an admin sets others. */
export interface MachineLimitSettings {
  /** What the next sandbox is begun with. */
  current(): MachineLimits;
  /** Whether an admin set them. */
  isSet(): boolean;
  /** True at once and after a restart. Null takes the environment's again; `limit_out_of_range` when they contradict. */
  change(limits: MachineLimits | null): Promise<void>;
}

const KEY = 'sandbox.limits';

type Opening = { environment: MachineLimits; clock: Clock };

export async function openMachineLimits({ environment, clock }: Opening): Promise<MachineLimitSettings> {
  let set = await storedLimits();
  return {
    current: () => set ?? environment,
    isSet: () => set !== null,
    async change(limits) {
      if (limits !== null) requireSense(limits);
      await writeSetting(KEY, limits, clock.now());
      set = limits;
    },
  };
}

/** What cannot be read any more is told, and does not keep the server from starting. */
async function storedLimits(): Promise<MachineLimits | null> {
  const parsed = machineLimits.nullable().safeParse(await readSetting(KEY));
  if (parsed.success) return parsed.data;
  log.error('limits.setting_unreadable', parsed.error);
  return null;
}

function requireSense({ defaults, ceilings }: MachineLimits): void {
  const above = aboveCeiling(defaults, ceilings);
  if (above.length > 0) throw new AppError('limit_out_of_range', `defaults above their ceilings: ${above.join(', ')}`);
}

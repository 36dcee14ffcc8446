import { z } from 'zod';
import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';
import { readSetting, writeSetting } from '#server/sandboxes/setting-store.ts';
import { poolTarget } from '#server/shared/pool-policy.ts';

const KEY = 'pool.targets';
const targets = z.record(z.string(), poolTarget).nullable();

/** How many warm sandboxes an admin wants of each course at all times. */
export interface PoolTargets {
  /** Null where nobody said so on the page: the course's own file decides. */
  byHand(courseId: string): number | null;
  /** Null leaves it to the course again. True at once and after a restart. */
  set(courseId: string, target: number | null): Promise<void>;
}

export async function openPoolTargets(clock: Clock): Promise<PoolTargets> {
  const stored = targets.safeParse(await readSetting(KEY));
  if (!stored.success) log.error('pool.setting_unreadable', stored.error);
  let known = new Map(Object.entries(stored.data ?? {}));
  return {
    byHand: (courseId) => known.get(courseId) ?? null,
    async set(courseId, target) {
      const next = new Map(known);
      if (target === null) next.delete(courseId);
      else next.set(courseId, target);
      await writeSetting(KEY, next.size === 0 ? null : Object.fromEntries(next), clock.now());
      known = next;
    },
  };
}

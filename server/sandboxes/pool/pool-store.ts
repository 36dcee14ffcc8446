import { db } from '#server/db.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';

export type WarmRecord = { sandboxId: string; courseId: string; poolKey: string; ref: string | null; phase: string };

export async function insertWarm(warm: {
  sandboxId: string;
  courseId: string;
  driver: string;
  poolKey: string;
  at: Date;
}): Promise<void> {
  const { sandboxId, at, ...row } = warm;
  const times = { createdAt: at, lastActiveAt: at, expiresAt: at };
  await db().sandbox.create({ data: { id: sandboxId, purpose: 'pool', phase: 'queued', ...times, ...row } });
}

export type Claim = {
  sandboxId: string;
  enrollmentId: string;
  policy: SandboxPolicy;
  createdAt: Date;
  lastActiveAt: Date;
  expiresAt: Date;
};

/** Makes a warm sandbox somebody's own, in one statement: false when it is in the pool no more. */
export async function claimWarm({ sandboxId, policy, ...row }: Claim): Promise<boolean> {
  const { count } = await db().sandbox.updateMany({
    where: { id: sandboxId, purpose: 'pool', phase: 'ready' },
    data: { purpose: 'seat', poolKey: null, policy: JSON.stringify(policy), ...row },
  });
  return count === 1;
}

/** Those that an earlier process left in the pool. */
export async function findWarm(): Promise<WarmRecord[]> {
  const rows = await db().sandbox.findMany({ where: { purpose: 'pool', phase: { not: 'gone' } } });
  return rows.map(({ id, courseId, poolKey, ref, phase }) => ({
    sandboxId: id,
    courseId,
    poolKey: poolKey ?? '',
    ref,
    phase,
  }));
}

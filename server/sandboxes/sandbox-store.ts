import { db } from '#server/db.ts';
import { type SandboxEnding, type SandboxPhase, sandboxEnding, sandboxPhase } from '#server/shared/protocol.ts';
import { phasesBefore } from './sandbox-rules.ts';

export type SandboxRecord = {
  sandboxId: string;
  enrollmentId: string;
  courseId: string;
  driver: string;
  ref: string | null;
  phase: SandboxPhase;
  ending: SandboxEnding | null;
  createdAt: Date;
  lastActiveAt: Date;
  expiresAt: Date;
};

export async function insertSandbox({ sandboxId, ...record }: SandboxRecord): Promise<void> {
  await db().sandbox.create({ data: { id: sandboxId, purpose: 'seat', ...record } });
}

export type SandboxMove = {
  phase: SandboxPhase;
  at: Date;
  ref?: string;
  ending?: SandboxEnding;
};

/** Forward only, held by the query: a move that comes too late changes nothing. */
export async function moveSandbox(sandboxId: string, { phase, at, ref, ending }: SandboxMove): Promise<void> {
  await db().sandbox.updateMany({
    where: { id: sandboxId, phase: { in: phasesBefore(phase) } },
    data: {
      phase,
      ...(ref === undefined ? {} : { ref }),
      ...(ending === undefined ? {} : { ending }),
      ...(phase === 'ready' ? { readyAt: at } : {}),
      ...(phase === 'gone' ? { endedAt: at } : {}),
    },
  });
}

export async function saveTimes(sandboxId: string, times: { lastActiveAt: Date; expiresAt: Date }): Promise<void> {
  await db().sandbox.updateMany({ where: { id: sandboxId }, data: times });
}

/** Those that an earlier process left behind. */
export async function findLiveSandboxes(): Promise<SandboxRecord[]> {
  const rows = await db().sandbox.findMany({
    where: { purpose: 'seat', phase: { not: 'gone' } },
    orderBy: { createdAt: 'asc' },
  });
  return rows.flatMap(({ id, enrollmentId, phase, ending, ...row }) => {
    if (enrollmentId === null) return [];
    const known = { phase: sandboxPhase.parse(phase), ending: sandboxEnding.nullable().parse(ending) };
    return [{ ...row, ...known, sandboxId: id, enrollmentId }];
  });
}

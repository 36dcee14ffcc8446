import { db } from '#server/db.ts';
import { copyOfSeat, copySeatId, enrollmentOfSeat } from '#server/shared/copy-seat.ts';
import {
  type SandboxEnding,
  type SandboxPhase,
  type SandboxReplay,
  sandboxEnding,
  sandboxPhase,
  sandboxReplay,
} from '#server/shared/protocol.ts';
import { type SandboxPolicy, sandboxPolicy } from '#server/shared/sandbox-policy.ts';
import { phasesBefore } from './sandbox-rules.ts';

export type SandboxRecord = {
  sandboxId: string;
  /** Its seat: an enrollment's id, or that of a teacher's copy (server/shared/copy-seat.ts). */
  enrollmentId: string;
  courseId: string;
  driver: string;
  ref: string | null;
  /** Null in records that an older version wrote. */
  policy: SandboxPolicy | null;
  phase: SandboxPhase;
  ending: SandboxEnding | null;
  savedSnapshotId: string | null;
  replay: SandboxReplay | null;
  createdAt: Date;
  lastActiveAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
};

export async function insertSandbox({ sandboxId, policy, replay, ...record }: SandboxRecord): Promise<void> {
  const copy = copyOfSeat(record.enrollmentId);
  await db().sandbox.create({
    data: {
      id: sandboxId,
      ...record,
      purpose: copy ? 'copy' : 'seat',
      enrollmentId: enrollmentOfSeat(record.enrollmentId),
      ownerId: copy?.ownerId ?? null,
      policy: policy && JSON.stringify(policy),
      replay: replay && JSON.stringify(replay),
    },
  });
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

export async function storeSaved(sandboxId: string, savedSnapshotId: string): Promise<void> {
  await db().sandbox.updateMany({ where: { id: sandboxId }, data: { savedSnapshotId } });
}

export async function storeReplay(sandboxId: string, replay: SandboxReplay): Promise<void> {
  await db().sandbox.updateMany({ where: { id: sandboxId }, data: { replay: JSON.stringify(replay) } });
}

/** Students' own and teachers' copies; not those of the pool. */
const SEATED = ['seat', 'copy'];

/** Those that an earlier process left behind. */
export async function findLiveSandboxes(): Promise<SandboxRecord[]> {
  const rows = await db().sandbox.findMany({
    where: { purpose: { in: SEATED }, phase: { not: 'gone' } },
    orderBy: { createdAt: 'asc' },
  });
  return rows.flatMap(recordOf);
}

/** All that are not over, whatever they are for. */
export async function findLiveIds(): Promise<string[]> {
  const rows = await db().sandbox.findMany({ where: { phase: { not: 'gone' } }, select: { id: true } });
  return rows.map(({ id }) => id);
}

/** The newest of each seat, where that is over and ended since then. */
export async function findLastEndings(since: Date): Promise<SandboxRecord[]> {
  const rows = await db().sandbox.findMany({
    where: { purpose: { in: SEATED }, createdAt: { gte: since } },
    orderBy: { createdAt: 'asc' },
  });
  const newest = new Map(rows.flatMap(recordOf).map((record) => [record.enrollmentId, record]));
  return [...newest.values()].filter(({ phase }) => phase === 'gone');
}

type Row = Awaited<ReturnType<ReturnType<typeof db>['sandbox']['findMany']>>[number];

function recordOf({ id, enrollmentId: of, ownerId, phase, ending, policy, replay, ...row }: Row): SandboxRecord[] {
  if (of === null) return [];
  const enrollmentId = ownerId === null ? of : copySeatId({ enrollmentId: of, ownerId });
  const known = { phase: sandboxPhase.parse(phase), ending: sandboxEnding.nullable().parse(ending) };
  return [{ ...row, ...known, policy: policyOf(policy), replay: replayOf(replay), sandboxId: id, enrollmentId }];
}

function replayOf(text: string | null): SandboxReplay | null {
  return text === null ? null : sandboxReplay.parse(JSON.parse(text));
}

function policyOf(text: string | null): SandboxPolicy | null {
  return text === null ? null : sandboxPolicy.parse(JSON.parse(text));
}

import { randomUUID } from 'node:crypto';
import { db, type Transaction } from '#server/db.ts';
import { AppError } from '#server/errors.ts';
import type { CheckOutcome } from '#server/shared/protocol.ts';
import { KEPT_RUNS, type StepProgressRow } from './progress-rules.ts';

export type CheckFact = {
  enrollmentId: string;
  stepKey: string;
  contentVersion: string;
  trigger: string;
  outcome: CheckOutcome;
  message: string;
  seen: string;
  wanted: string;
  durationMs: number;
  at: Date;
};

/**
 * Writes a run and what it changes. Safe when two runs of a step end at once, on both databases: the row is made by one
 * atomic upsert, and each change names the state that it changes, so the database decides who was first.
 */
export async function addCheckFact(fact: CheckFact): Promise<StepProgressRow> {
  const { enrollmentId, stepKey } = fact;
  const where = { enrollmentId_stepKey: { enrollmentId, stepKey } };
  return await db().$transaction(async (tx) => {
    await tx.stepProgress.upsert({ where, create: firstProgress(fact), update: { stepKey } });
    await tx.stepProgress.updateMany({ where: { enrollmentId, stepKey, passedAt: null }, data: change(fact) });
    await addRun(tx, fact);
    return await tx.stepProgress.findUniqueOrThrow({ where });
  });
}

function firstProgress(fact: CheckFact) {
  return {
    enrollmentId: fact.enrollmentId,
    stepKey: fact.stepKey,
    contentVersion: fact.contentVersion,
    tries: 0,
    firstTryAt: fact.at,
    lastOutcome: fact.outcome,
    lastMessage: '',
    lastSeen: '',
    lastWanted: '',
    lastCheckedAt: fact.at,
  };
}

/** A pass keeps its evidence: nothing of the row changes after it. */
function change(fact: CheckFact) {
  return {
    contentVersion: fact.contentVersion,
    lastOutcome: fact.outcome,
    lastMessage: fact.message,
    lastSeen: fact.seen,
    lastWanted: fact.wanted,
    lastCheckedAt: fact.at,
    ...(fact.outcome === 'passed' ? { passedAt: fact.at } : {}),
    ...(fact.outcome === 'failed' ? { tries: { increment: 1 } } : {}),
  };
}

async function addRun(tx: Transaction, fact: CheckFact): Promise<void> {
  const { contentVersion: _, ...run } = fact;
  await tx.checkRun.create({ data: { id: randomUUID(), ...run } });
  const where = { enrollmentId: fact.enrollmentId, stepKey: fact.stepKey };
  const newest = [{ at: 'desc' }, { id: 'desc' }] as const;
  const surplus = await tx.checkRun.findMany({ where, orderBy: [...newest], skip: KEPT_RUNS, select: { id: true } });
  if (surplus.length > 0) await tx.checkRun.deleteMany({ where: { id: { in: surplus.map((old) => old.id) } } });
}

export async function findProgress(enrollmentId: string): Promise<StepProgressRow[]> {
  return await db().stepProgress.findMany({ where: { enrollmentId } });
}

export type SeatRow = {
  enrollmentId: string;
  userId: string;
  displayName: string;
  currentStep: string | null;
  classroomId: string;
  classTitle: string;
  courseId: string;
  ownerId: string;
  closedAt: Date | null;
};

/** An enrollment with what of its classroom decides about permissions. */
export async function findSeat(enrollmentId: string): Promise<SeatRow | null> {
  const row = await db().enrollment.findUnique({ where: { id: enrollmentId }, include: { classroom: true } });
  if (!row) return null;
  const { classroom } = row;
  return {
    enrollmentId: row.id,
    userId: row.userId,
    displayName: row.displayName,
    currentStep: row.currentStep,
    classroomId: classroom.id,
    classTitle: classroom.title,
    courseId: classroom.courseId,
    ownerId: classroom.ownerId,
    closedAt: classroom.closedAt,
  };
}

export type CheckRunRow = { trigger: string; outcome: string; message: string; seen: string; wanted: string; at: Date };

export async function findRuns(enrollmentId: string, stepKey: string): Promise<CheckRunRow[]> {
  return await db().checkRun.findMany({
    where: { enrollmentId, stepKey },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: KEPT_RUNS,
  });
}

/** Null until one was set. Throws `not_found` where there is no such enrollment. */
export async function findSeed(enrollmentId: string): Promise<string | null> {
  const row = await db().enrollment.findUnique({ where: { id: enrollmentId }, select: { seed: true } });
  if (!row) throw new AppError('not_found', `no enrollment ${enrollmentId}`);
  return row.seed;
}

/** Only where there is none: whoever comes second changes nothing. */
export async function setFirstSeed(enrollmentId: string, seed: string): Promise<void> {
  await db().enrollment.updateMany({ where: { id: enrollmentId, seed: null }, data: { seed } });
}

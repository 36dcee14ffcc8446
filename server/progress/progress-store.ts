import { randomUUID } from 'node:crypto';
import { db, type Transaction } from '#server/db.ts';
import { AppError } from '#server/errors.ts';
import type { CheckOutcome, CheckPart } from '#server/shared/protocol.ts';
import type { Help } from '#server/shared/views.ts';
import { KEPT_RUNS, type StepProgressRow, shareOf } from './progress-rules.ts';

export type CheckFact = {
  enrollmentId: string;
  stepKey: string;
  contentVersion: string;
  trigger: string;
  outcome: CheckOutcome;
  message: string;
  seen: string;
  wanted: string;
  parts: readonly CheckPart[];
  hint: string;
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
    const open = { enrollmentId, stepKey, passedAt: null };
    if (fact.outcome === 'failed') await countSame(tx, fact);
    const share = shareOf(fact.outcome, fact.parts);
    await tx.stepProgress.updateMany({ where: { ...open, share: { lt: share } }, data: { share } });
    await tx.stepProgress.updateMany({ where: open, data: change(fact) });
    await addRun(tx, fact);
    return await tx.stepProgress.findUniqueOrThrow({ where });
  });
}

/** Before the row is changed: it still has the words of the run before. */
async function countSame(tx: Transaction, { enrollmentId, stepKey, message }: CheckFact): Promise<void> {
  const open = { enrollmentId, stepKey, passedAt: null };
  const same = { lastMessage: message, lastOutcome: 'failed' };
  const again = await tx.stepProgress.updateMany({
    where: { ...open, ...same },
    data: { sameFailures: { increment: 1 } },
  });
  if (again.count === 0) await tx.stepProgress.updateMany({ where: open, data: { sameFailures: 1 } });
}

type Begun = Pick<CheckFact, 'enrollmentId' | 'stepKey' | 'contentVersion' | 'at'>;

function firstProgress(fact: Begun) {
  return {
    enrollmentId: fact.enrollmentId,
    stepKey: fact.stepKey,
    contentVersion: fact.contentVersion,
    tries: 0,
    firstTryAt: fact.at,
    lastOutcome: '',
    lastMessage: '',
    lastSeen: '',
    lastWanted: '',
    lastCheckedAt: null,
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
    lastParts: fact.parts.length > 0 ? JSON.stringify(fact.parts) : '',
    lastHint: fact.hint,
    lastCheckedAt: fact.at,
    ...(fact.outcome === 'passed' ? { passedAt: fact.at } : {}),
    ...(fact.outcome === 'failed' ? { tries: { increment: 1 } } : {}),
  };
}

async function addRun(tx: Transaction, fact: CheckFact): Promise<void> {
  const { contentVersion: _version, parts: _parts, hint: _hint, ...run } = fact;
  await tx.checkRun.create({ data: { id: randomUUID(), ...run } });
  const where = { enrollmentId: fact.enrollmentId, stepKey: fact.stepKey };
  const newest = [{ at: 'desc' }, { id: 'desc' }] as const;
  const surplus = await tx.checkRun.findMany({ where, orderBy: [...newest], skip: KEPT_RUNS, select: { id: true } });
  if (surplus.length > 0) await tx.checkRun.deleteMany({ where: { id: { in: surplus.map((old) => old.id) } } });
}

/** Writes help that was opened before the pass. The first time counts, and the most hints. */
export async function addHelp(begun: Begun, help: Help): Promise<StepProgressRow> {
  const { enrollmentId, stepKey, at } = begun;
  const where = { enrollmentId_stepKey: { enrollmentId, stepKey } };
  const open = { enrollmentId, stepKey, passedAt: null };
  return await db().$transaction(async (tx) => {
    const steps = tx.stepProgress;
    await steps.upsert({ where, create: firstProgress(begun), update: { stepKey } });
    if (help.kind === 'hints') {
      await steps.updateMany({ where: { ...open, hintsShown: { lt: help.shown } }, data: { hintsShown: help.shown } });
    } else {
      await steps.updateMany({ where: { ...open, solutionShownAt: null }, data: { solutionShownAt: at } });
    }
    if (help.kind === 'solution_run') {
      await steps.updateMany({ where: { ...open, solutionRunAt: null }, data: { solutionRunAt: at } });
    }
    return await steps.findUniqueOrThrow({ where });
  });
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

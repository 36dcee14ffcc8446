import { type CheckOutcome, type CheckPart, checkParts, type StepProgressView } from '#server/shared/protocol.ts';

/** The runs of one step that are kept for the teacher: enough to see what was tried, bounded for the disk. */
export const KEPT_RUNS = 50;

/** Longest message, seen or wanted line that is kept, in characters. */
const MAX_LINE = 2000;

export const clip = (line: string): string => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line);

export type StepProgressRow = {
  stepKey: string;
  tries: number;
  passedAt: Date | null;
  lastOutcome: string;
  lastMessage: string;
  lastSeen: string;
  lastWanted: string;
  lastCheckedAt: Date | null;
  lastParts: string;
  share: number;
  lastHint: string;
  sameFailures: number;
  hintsShown: number;
  solutionShownAt: Date | null;
  solutionRunAt: Date | null;
};

export function stepProgressView(row: StepProgressRow): StepProgressView {
  return {
    stepKey: row.stepKey,
    tries: row.tries,
    passedAt: row.passedAt?.toISOString() ?? null,
    outcome: outcomeOf(row.lastOutcome),
    message: row.lastMessage || null,
    seen: row.lastSeen || null,
    wanted: row.lastWanted || null,
    checkedAt: row.lastCheckedAt?.toISOString() ?? null,
    parts: row.lastParts === '' ? [] : checkParts.parse(JSON.parse(row.lastParts)),
    share: row.passedAt === null ? row.share : 100,
    hintKey: row.lastHint || null,
    sameFailures: row.sameFailures,
    hintsShown: row.hintsShown,
    solution: row.solutionRunAt ? 'run' : row.solutionShownAt ? 'shown' : 'none',
  };
}

/** How much of a step a run found done, in percent, rounded down: part of it is never all of it. */
export function shareOf(outcome: CheckOutcome, parts: readonly CheckPart[]): number {
  if (outcome === 'passed') return 100;
  if (outcome === 'fault' || parts.length === 0) return 0;
  return Math.min(99, Math.floor((100 * parts.filter((part) => part.done).length) / parts.length));
}

const outcomeOf = (stored: string): CheckOutcome | null =>
  stored === 'passed' || stored === 'failed' || stored === 'fault' ? stored : null;

import type { CheckOutcome, StepProgressView } from '#server/shared/protocol.ts';

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
  lastCheckedAt: Date;
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
    checkedAt: row.lastCheckedAt.toISOString(),
  };
}

const outcomeOf = (stored: string): CheckOutcome | null =>
  stored === 'passed' || stored === 'failed' || stored === 'fault' ? stored : null;

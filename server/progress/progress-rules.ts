import type { CheckOutcome, StepProgressView } from '#server/shared/protocol.ts';
import type { Answer } from '#server/shared/views.ts';

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

type Choices = { kind: 'choice' | 'choices'; choices: readonly { id: string; correct: boolean }[] };
type Text = { kind: 'text'; accept: readonly string[] };

/** Exactly the right choices, or one of the accepted texts. An answer of the wrong kind is wrong. */
export function isRightAnswer(question: Choices | Text, answer: Answer): boolean {
  if (question.kind === 'text') {
    return answer.kind === 'text' && question.accept.some((text) => fold(text) === fold(answer.text));
  }
  if (answer.kind !== 'choices') return false;
  const given = new Set(answer.ids);
  const known = question.choices.filter((choice) => given.has(choice.id));
  return known.length === given.size && question.choices.every((choice) => choice.correct === given.has(choice.id));
}

const fold = (text: string): string => text.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();

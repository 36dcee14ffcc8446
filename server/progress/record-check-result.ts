import type { CheckOutcome, CheckPart, StepProgressView } from '#server/shared/protocol.ts';
import { clip, stepProgressView } from './progress-rules.ts';
import { addCheckFact } from './progress-store.ts';

export type CheckResult = {
  outcome: CheckOutcome;
  message: string;
  seen: string;
  wanted: string;
  durationMs: number;
  /** Left out where there are none. */
  parts?: readonly CheckPart[];
  hint?: string;
};

export type RecordCheckResult = {
  enrollmentId: string;
  stepKey: string;
  contentVersion: string;
  trigger: 'command' | 'asked' | 'interval' | 'answer';
  /** When it was looked; left out, now. */
  at?: Date;
  result: CheckResult;
};

/** Keeps the run as evidence. What is earned by parts never goes down. A pass is written once; only failures before it count as tries. */
export async function recordCheckResult({
  result,
  at = new Date(),
  ...run
}: RecordCheckResult): Promise<StepProgressView> {
  const row = await addCheckFact({
    ...run,
    outcome: result.outcome,
    message: clip(result.message),
    seen: clip(result.seen),
    wanted: clip(result.wanted),
    parts: result.parts ?? [],
    hint: result.hint ?? '',
    durationMs: Math.round(result.durationMs),
    at,
  });
  return stepProgressView(row);
}

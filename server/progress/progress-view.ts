import type { StepProgressView } from '#server/shared/protocol.ts';
import { stepProgressView } from './progress-rules.ts';
import { findProgress } from './progress-store.ts';

/** Steps that were begun, by step key. */
export async function enrollmentProgress(enrollmentId: string): Promise<Record<string, StepProgressView>> {
  const rows = await findProgress(enrollmentId);
  return Object.fromEntries(rows.map((row) => [row.stepKey, stepProgressView(row)]));
}

import type { SandboxView, StepProgressView } from '#server/shared/protocol.ts';
import type { ChapterSummary, StepMeta } from '#server/shared/views.ts';

export type ProgressByStep = Readonly<Record<string, StepProgressView>>;
export type StepStanding = 'done' | 'now' | 'ahead';

export const isPassed = (progress: ProgressByStep, stepKey: string): boolean =>
  (progress[stepKey]?.passedAt ?? null) !== null;

/** The first step that is not done and can be done here; null when the chapter is finished. */
export function currentStepKey(steps: readonly StepMeta[], progress: ProgressByStep): string | null {
  const open = steps.filter((step) => !isPassed(progress, step.stepKey));
  return (open.find((step) => step.missing.length === 0) ?? open[0])?.stepKey ?? null;
}

export function standing(stepKey: string, current: string | null, progress: ProgressByStep): StepStanding {
  if (isPassed(progress, stepKey)) return 'done';
  return stepKey === current ? 'now' : 'ahead';
}

export function countDone(chapter: ChapterSummary, progress: ProgressByStep): { done: number; total: number } {
  const done = chapter.steps.filter((step) => isPassed(progress, step.stepKey)).length;
  return { done, total: chapter.steps.length };
}

/** Facts from the live door and from actions may cross: a pass is never taken back, newer evidence wins. */
export function mergeStep(progress: ProgressByStep, step: StepProgressView): ProgressByStep {
  const known = progress[step.stepKey];
  if (known?.passedAt && !step.passedAt) return progress;
  if (known && (known.checkedAt ?? '') > (step.checkedAt ?? '')) return progress;
  return { ...progress, [step.stepKey]: step };
}

/** Time left in whole minutes, never below nought. */
export function minutesLeft(expiresAt: string | null, now: Date): number | null {
  if (expiresAt === null) return null;
  return Math.max(0, Math.floor((Date.parse(expiresAt) - now.getTime()) / 60_000));
}

/** Minutes and seconds, as a clock shows them. */
export const countdown = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** The steps with what this sandbox cannot offer them. Before it stands, nothing is said to be missing. */
export function withMissing(steps: readonly StepMeta[], needs: Record<string, string[]>, sandbox: SandboxView) {
  if (sandbox.phase !== 'ready') return [...steps];
  const offered = new Set(sandbox.capabilities);
  return steps.map((step) => ({ ...step, missing: (needs[step.stepKey] ?? []).filter((need) => !offered.has(need)) }));
}

import type { StepProgressView, StudentRow } from '#server/shared/protocol.ts';
import { NO_HELP } from '../../support/no-help.ts';

export const NOW = Date.parse('2026-11-22T10:45:00.000Z');
export const minutesAgo = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

export function step(stepKey: string, given: Partial<StepProgressView> = {}): StepProgressView {
  return {
    stepKey,
    tries: 0,
    passedAt: null,
    outcome: null,
    message: null,
    seen: null,
    wanted: null,
    checkedAt: null,
    ...NO_HELP,
    ...given,
  };
}

export const passed = (stepKey: string, minutes: number) =>
  step(stepKey, { passedAt: minutesAgo(minutes), checkedAt: minutesAgo(minutes), outcome: 'passed' });

export const failing = (stepKey: string, tries: number, minutes = 1) =>
  step(stepKey, {
    tries,
    checkedAt: minutesAgo(minutes),
    outcome: 'failed',
    message: 'The container is still running.',
  });

export function student(name: string, steps: StepProgressView[], given: Partial<StudentRow> = {}): StudentRow {
  const passes = steps.flatMap((one) => (one.passedAt ? [one.passedAt] : [])).sort();
  return {
    enrollmentId: `e-${name.toLowerCase()}`,
    name,
    steps: Object.fromEntries(steps.map((one) => [one.stepKey, one])),
    currentStep: steps.find((one) => one.passedAt === null)?.stepKey ?? null,
    lastSeenAt: minutesAgo(0),
    lastPassAt: passes.at(-1) ?? null,
    online: true,
    ...given,
  };
}

import type { StudentRow } from '#server/shared/protocol.ts';

/** `begun` is a step that was looked at by a check without a wrong answer yet, or one the student stands at. */
export type CellState = 'done' | 'trying' | 'begun' | 'not_begun';
export type Cell = { state: CellState; tries: number; here: boolean };

/** What one square says. A pass is a pass for ever; tries matter only before it. */
export function gridCell(row: StudentRow, stepKey: string): Cell {
  const here = row.online && row.currentStep === stepKey;
  const step = row.steps[stepKey];
  if (!step) return { state: here ? 'begun' : 'not_begun', tries: 0, here };
  if (step.passedAt !== null) return { state: 'done', tries: step.tries, here };
  return { state: step.tries > 0 ? 'trying' : 'begun', tries: step.tries, here };
}

/** Two digits fit a square. */
export const triesText = (tries: number): string => (tries > 99 ? '99+' : String(tries));

/** Steps of this course that are passed; steps that left the course do not count. */
export function passedCount(row: StudentRow, stepKeys: readonly string[]): number {
  return stepKeys.reduce((count, key) => (row.steps[key]?.passedAt ? count + 1 : count), 0);
}

import type { StepProgressView, StudentRow } from '#server/shared/protocol.ts';
import { passedCount } from './grid-cell.ts';

/** Someone who tries and has not passed anything for so long is called stuck. */
export const STUCK_AFTER_MS = 6 * 60_000;
/** A last pass older than this belongs to another lesson: its age says nothing about now. */
const LESSON_MS = 3 * 3_600_000;
/** So many wrong tries on one step ask for a person, however fast they came. */
const MANY_TRIES = 3;
/** A failed check older than this is history, not a need. */
const EVIDENCE_MS = 20 * 60_000;

export type Need = {
  enrollmentId: string;
  stepKey: string;
  tries: number;
  /** Since the last pass; null when nothing was passed in this lesson. */
  sinceMs: number | null;
  stuck: boolean;
  evidence: StepProgressView;
};

/** The step a student is working at: the open one when it is not passed, else the one checked last. */
export function stepInHand(row: StudentRow): StepProgressView | null {
  const open = row.currentStep === null ? undefined : row.steps[row.currentStep];
  if (open && open.passedAt === null) return open;
  if (row.currentStep !== null && !open) return null;
  const tried = Object.values(row.steps).filter((step) => step.passedAt === null && step.checkedAt !== null);
  return tried.sort((a, b) => timeOf(b.checkedAt) - timeOf(a.checkedAt))[0] ?? null;
}

/** Why this student needs a person now, or null. Only what is true now: who is away needs nobody. */
export function needOf(row: StudentRow, now: number): Need | null {
  if (!row.online) return null;
  const step = stepInHand(row);
  if (!step || step.tries === 0 || now - timeOf(step.checkedAt) > EVIDENCE_MS) return null;
  const sinceMs = sincePass(row, now);
  const stuck = sinceMs !== null && sinceMs >= STUCK_AFTER_MS;
  if (!stuck && step.tries < MANY_TRIES) return null;
  const { stepKey, tries } = step;
  return { enrollmentId: row.enrollmentId, stepKey, tries, sinceMs, stuck, evidence: step };
}

/** Larger needs a person more. One wrong try weighs as much as two minutes without a pass. */
export function needScore(row: StudentRow, now: number): number {
  if (!row.online) return 0;
  const step = stepInHand(row);
  if (!step || step.tries === 0) return 0;
  const fresh = now - timeOf(step.checkedAt) <= EVIDENCE_MS;
  return fresh ? step.tries * 2 + (sincePass(row, now) ?? 0) / 60_000 : 0;
}

/** Who needs a person, worst first. */
export function needsOf(rows: readonly StudentRow[], now: number): Need[] {
  const scores = new Map(rows.map((row) => [row.enrollmentId, needScore(row, now)]));
  const score = (need: Need) => scores.get(need.enrollmentId) ?? 0;
  return rows
    .map((row) => needOf(row, now))
    .filter((need) => need !== null)
    .sort((a, b) => score(b) - score(a));
}

/** Students refused at the same step with the same words: one explanation to all may do. */
export type NeedGroup = { stepKey: string; message: string; needs: [Need, ...Need[]] };

/** Keeps the order of the worst in each group; a need without words stands alone. */
export function groupNeeds(needs: readonly Need[]): NeedGroup[] {
  const groups = new Map<string, NeedGroup>();
  for (const need of needs) {
    const message = need.evidence.message ?? '';
    const key = message === '' ? need.enrollmentId : `${need.stepKey}\n${message}`;
    const group = groups.get(key);
    if (group) group.needs.push(need);
    else groups.set(key, { stepKey: need.stepKey, message, needs: [need] });
  }
  return [...groups.values()];
}

export type GridFigures = { donePercent: number | null; here: number; students: number; stuck: number };

/** The figures over the grid. Percent is null while there is nothing to count. */
export function gridFigures(rows: readonly StudentRow[], stepKeys: readonly string[], now: number): GridFigures {
  const cells = rows.length * stepKeys.length;
  const passed = rows.reduce((sum, row) => sum + passedCount(row, stepKeys), 0);
  return {
    donePercent: cells === 0 ? null : Math.floor((passed / cells) * 100),
    here: rows.filter((row) => row.online).length,
    students: rows.length,
    stuck: rows.filter((row) => needOf(row, now)?.stuck).length,
  };
}

function sincePass(row: StudentRow, now: number): number | null {
  if (row.lastPassAt === null) return null;
  const since = Math.max(0, now - timeOf(row.lastPassAt));
  return since > LESSON_MS ? null : since;
}

/** Null is before everything. */
export const timeOf = (iso: string | null): number => (iso === null ? 0 : Date.parse(iso));

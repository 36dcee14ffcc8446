import { stepProgressView } from '#server/progress/progress-rules.ts';
import type { StepProgressView, StudentRow } from '#server/shared/protocol.ts';

/** Ways back that work at once: a phone, a laptop, a printed sheet, and a few forgotten ones. */
export const KEPT_RETURN_LINKS = 5;

type Dated = { createdAt: Date; lastSeenAt: Date | null };

/** The one used last; before any use, the one joined last. */
export function mostRecentlyUsed<T extends Dated>(enrollments: readonly T[]): T | null {
  const used = (one: T) => (one.lastSeenAt ?? one.createdAt).getTime();
  return enrollments.reduce<T | null>((best, one) => (best && used(best) >= used(one) ? best : one), null);
}

type StepRow = Parameters<typeof stepProgressView>[0];
type Progress = {
  id: string;
  displayName: string;
  currentStep: string | null;
  lastSeenAt: Date | null;
  steps: StepRow[];
};

export function studentRowView(row: Progress, online: boolean): StudentRow {
  return {
    enrollmentId: row.id,
    name: row.displayName,
    steps: stepsByKey(row.steps),
    currentStep: row.currentStep,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    lastPassAt: newestPass(row.steps),
    online,
  };
}

function newestPass(steps: readonly StepRow[]): string | null {
  const passes = steps.flatMap((step) => (step.passedAt ? [step.passedAt.getTime()] : []));
  return passes.length === 0 ? null : new Date(Math.max(...passes)).toISOString();
}

export const stepsByKey = (steps: readonly StepRow[]): Record<string, StepProgressView> =>
  Object.fromEntries(steps.map((step) => [step.stepKey, stepProgressView(step)]));

/** Where a student who comes back goes on. `chapters` in course order. */
export function chapterPath(place: {
  courseId: string;
  classroomId: string;
  currentStep: string | null;
  chapters: readonly { chapterId: string }[];
}): string {
  const { courseId, classroomId, currentStep, chapters } = place;
  const wanted = currentStep?.split('/')[0];
  const chapter = chapters.find((one) => one.chapterId === wanted) ?? chapters[0];
  if (!chapter) return '/';
  const part = encodeURIComponent;
  return `/learn/${part(courseId)}/${part(chapter.chapterId)}?class=${part(classroomId)}`;
}

import type { ValueSpecs } from '#server/courses/value-schema.ts';
import type { Capability } from '#server/sandboxes/driver.ts';
import type { PassTimes } from './step-began.ts';

/** What the runner needs of a course; the library's own course is one. */
export type CheckedStep = {
  stepKey: string;
  needs: readonly Capability[];
  check: { script: string; timeoutMs: number } | null;
  values: ValueSpecs;
};
export type CheckedChapter = { version: string; steps: readonly CheckedStep[] };
export type CheckedCourse = { chapters: readonly CheckedChapter[] };

export type Target = {
  stepKey: string;
  check: { script: string; timeoutMs: number };
  values: ValueSpecs;
  chapter: CheckedChapter;
};

export type Place = {
  course: CheckedCourse;
  /** The step that the student has open. */
  here: string | null;
  passed: PassTimes;
  capabilities: readonly Capability[];
};

/** The step where the student is; once that has passed, the first one of the chapter that has not. */
export function automaticTarget({ course, here, passed, capabilities }: Place): Target | null {
  const chapter = course.chapters.find(({ steps }) => steps.some((step) => step.stepKey === here));
  const chapters = chapter ? [chapter] : course.chapters;
  const open = chapters.flatMap((each) => openTargets(each, { passed, capabilities }));
  return open.find((target) => target.stepKey === here) ?? open[0] ?? null;
}

/** The next step of the same chapter that has a check and has not passed. */
export function targetAfter(target: Target, place: Pick<Place, 'passed' | 'capabilities'>): Target | null {
  const order = target.chapter.steps.map((step) => step.stepKey);
  const isLater = (other: Target) => order.indexOf(other.stepKey) > order.indexOf(target.stepKey);
  return openTargets(target.chapter, place).find(isLater) ?? null;
}

export type NamedTarget = Target | 'step_unknown' | 'step_unavailable';

/** A step by its key, passed or not. */
export function namedTarget({ course, capabilities }: Place, stepKey: string): NamedTarget {
  for (const chapter of course.chapters) {
    const step = chapter.steps.find((candidate) => candidate.stepKey === stepKey);
    if (step) return targetOf(step, chapter, capabilities) ?? 'step_unavailable';
  }
  return 'step_unknown';
}

function openTargets(chapter: CheckedChapter, place: Pick<Place, 'passed' | 'capabilities'>): Target[] {
  return chapter.steps
    .filter((step) => !place.passed.has(step.stepKey))
    .flatMap((step) => targetOf(step, chapter, place.capabilities) ?? []);
}

function targetOf(step: CheckedStep, chapter: CheckedChapter, offered: readonly Capability[]): Target | null {
  const possible = step.needs.every((need) => offered.includes(need));
  return step.check && possible ? { stepKey: step.stepKey, check: step.check, values: step.values, chapter } : null;
}

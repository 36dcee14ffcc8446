import type { StepChanges } from '#server/shared/course-version.ts';
import type { Course, Step } from './course-model.ts';

/** What a class notices that goes from one version of a course to another, as titles of steps. */
export function stepChanges(before: Course, after: Course): StepChanges {
  const [old, now] = [byKey(before), byKey(after)];
  const titles = (steps: Map<string, Step>, wanted: (key: string) => boolean) =>
    [...steps].filter(([key]) => wanted(key)).map(([, { title }]) => title);
  return {
    added: titles(now, (key) => !old.has(key)),
    removed: titles(old, (key) => !now.has(key)),
    changed: titles(now, (key) => {
      const was = old.get(key);
      return was !== undefined && asked(was) !== asked(now.get(key));
    }),
  };
}

const byKey = ({ chapters }: Course) =>
  new Map(chapters.flatMap(({ steps }) => steps).map((step) => [step.stepKey, step]));

/** What decides whether the step counts as done; its words may change freely. */
const asked = (step: Step | undefined) => JSON.stringify([step?.check?.script, step?.question]);

import type { CheckedCourse } from './check-target.ts';

/** When each step was passed, or done by the course on the way back to a later one. */
export type PassTimes = ReadonlyMap<string, Date>;

type Passed = { stepKey: string; passedAt: string | null };

/** The passes of a student's progress and the steps done for them; of both the later time. */
export function passTimes(progress: readonly Passed[], done: { steps: readonly string[]; at: Date }): PassTimes {
  const times = new Map<string, Date>();
  for (const { stepKey, passedAt } of progress) if (passedAt !== null) times.set(stepKey, new Date(passedAt));
  for (const stepKey of done.steps) {
    const passed = times.get(stepKey);
    times.set(stepKey, passed && passed > done.at ? passed : done.at);
  }
  return times;
}

/**
 * When the work on a step began: the newest pass of a step before it, in the course's order. Null where there is none:
 * then all that was ever done may count.
 */
export function stepBegan(course: CheckedCourse, passed: PassTimes, stepKey: string): Date | null {
  const order = course.chapters.flatMap(({ steps }) => steps.map((step) => step.stepKey));
  const before = order.slice(0, Math.max(0, order.indexOf(stepKey)));
  const times = before.flatMap((key) => passed.get(key)?.getTime() ?? []);
  return times.length === 0 ? null : new Date(Math.max(...times));
}

/** The commands that ended after the step began. */
export function commandsSince<T extends { endedAt: Date }>(commands: readonly T[], began: Date | null): readonly T[] {
  return began === null ? commands : commands.filter((command) => command.endedAt > began);
}

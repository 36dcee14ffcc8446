import { findDueLessons } from './classrooms/lesson-store.ts';
import type { Clock } from './clock.ts';
import type { CourseLibrary } from './courses/course-library.ts';
import type { MachineLimitSettings } from './sandboxes/machine-limits.ts';
import type { Want } from './sandboxes/pool/pool-rules.ts';
import type { PoolTargets } from './sandboxes/pool/pool-targets.ts';
import { wantedFor } from './sandboxes/pool/timetable-rules.ts';
import { resolvePolicy } from './shared/limit-rules.ts';
import type { CourseSandbox, SandboxLimits } from './shared/sandbox-policy.ts';

type PlanParts = {
  clock: Clock;
  courses: CourseLibrary;
  limits: MachineLimitSettings;
  targets: PoolTargets;
  /** What one creation takes, as measured. */
  creationMs: () => number | null;
};

export type CoursePlan = { courseId: string; byHand: number; forLessons: number; wants: Want[] };

/** Longer than any lead. */
const LOOK_AHEAD_MS = 2 * 60 * 60_000;

/** How many warm sandboxes each course should have now: by hand, and for its lessons that begin soon. */
export async function poolPlan(parts: PlanParts): Promise<CoursePlan[]> {
  const { clock, courses, targets, creationMs } = parts;
  const now = clock.now();
  const due = await findDueLessons(now, new Date(now.getTime() + LOOK_AHEAD_MS));
  // An earlier version of an imported course is made ready for lessons of classes that stay on it, not for nobody.
  const offered = new Set(courses.offered().map(({ courseId }) => courseId));
  const isDue = (courseId: string) => due.some((lesson) => lesson.courseId === courseId);
  const planned = courses.list().filter(({ courseId }) => offered.has(courseId) || isDue(courseId));
  return planned.map(({ courseId }) => {
    const { sandbox } = courses.course(courseId);
    const want = (classroom: SandboxLimits | null, count: number): Want => {
      const policy = resolvePolicy({ machine: parts.limits.current(), course: sandbox, classroom });
      return { courseId, policy, count };
    };
    const lessons = due
      .filter((lesson) => lesson.courseId === courseId)
      .map((lesson) => want(lesson.limits, wantedFor(lesson, { now, creationMs: creationMs() })))
      .filter(({ count }) => count > 0);
    const forLessons = lessons.reduce((sum, { count }) => sum + count, 0);
    const byHand = offered.has(courseId) ? (targets.byHand(courseId) ?? poolOf(sandbox)) : 0;
    // What is ready at all times serves a lesson too.
    const beyond = want(null, Math.max(0, byHand - forLessons));
    return { courseId, byHand, forLessons, wants: beyond.count > 0 ? [...lessons, beyond] : lessons };
  });
}

const poolOf = (sandbox: CourseSandbox | null): number => sandbox?.pool ?? 0;

import type { Chapter, Course } from '#server/courses/course-model.ts';
import type { LoadedCourse } from '#server/courses/load-course.ts';
import type { Capability } from '#server/sandboxes/driver.ts';
import type { Lab } from './lab.ts';
import { type Flaw, type Proof, proveChapter, refusesUntouched } from './prove-chapter.ts';

/** A check that takes longer keeps a student waiting for the green tick. */
export const SLOW_CHECK_MS = 500;

/**
 * `proven`: refused untouched, refused every wrong answer, passed, refused again after a reset, passed by the solution.
 * `unchecked`: a question, where there is nothing to run; its commands were typed. `skipped`: the sandbox lacks something.
 */
export type Verdict = 'proven' | 'flawed' | 'unchecked' | 'skipped';

export type StepReport = {
  stepKey: string;
  title: string;
  verdict: Verdict;
  wrongAnswers: number;
  /** The whole step by the page's own commands, wrong answers included; by its solution. Null: not done. */
  pageMs: number | null;
  solutionMs: number | null;
  checkRuns: number;
  slowestCheckMs: number | null;
  lacks: Capability[];
  flaws: Flaw[];
};

export type ChapterReport = { chapterId: string; title: string; ms: number; steps: StepReport[] };
export type CourseReport = {
  courseId: string;
  version: string;
  proven: boolean;
  ms: number;
  chapters: ChapterReport[];
};

type ProveCourse = {
  course: Course;
  /** English and what it is translated into, as the loader gives them. */
  pages: LoadedCourse['chapters'];
  lab: Pick<Lab, 'freshSandbox'>;
  /** Null proves all of them. */
  chapterId: string | null;
  signal: AbortSignal;
  onChapter?: (report: ChapterReport) => void;
};

/** Does a course as students would, each chapter twice in fresh sandboxes, and says of each step how it went. */
export async function proveCourse(request: ProveCourse): Promise<CourseReport> {
  const { course, chapterId, onChapter } = request;
  const startedAt = performance.now();
  const chapters: ChapterReport[] = [];
  for (const chapter of course.chapters) {
    if (chapterId !== null && chapter.chapterId !== chapterId) continue;
    const report = await chapterReport(chapter, request);
    chapters.push(report);
    onChapter?.(report);
  }
  const steps = chapters.flatMap((chapter) => chapter.steps);
  const proven = steps.length > 0 && steps.every(({ verdict }) => verdict === 'proven' || verdict === 'unchecked');
  return { courseId: course.courseId, version: course.version, proven, ms: since(startedAt), chapters };
}

async function chapterReport(chapter: Chapter, request: ProveCourse): Promise<ChapterReport> {
  const startedAt = performance.now();
  const { course, pages, lab, signal } = request;
  const { network, memoryMiB, cpus, pids, diskMiB } = course.sandbox;
  const limits = Object.fromEntries(
    Object.entries({ memoryMiB, cpus, pids, diskMiB }).filter(([, amount]) => amount !== undefined),
  );
  const first = await lab.freshSandbox({ network, limits });
  const page = await proveChapter({ chapter, sandbox: first, way: 'page', signal });
  await first.destroy();
  // What a student gets who begins anew: nothing of the first time may be left.
  const fresh = await lab.freshSandbox({ network, limits });
  const written = [...pages.values()].filter((one) => one.chapterId === chapter.chapterId);
  const untouched: Proof[] = [];
  for (const one of written) untouched.push(await refusesUntouched(one, fresh, signal));
  const solution = await proveChapter({ chapter, sandbox: fresh, way: 'solution', signal });
  await fresh.destroy();
  const steps = chapter.steps.map((step): StepReport => {
    const { stepKey, title, check, wrong } = step;
    const all = [page, ...untouched, solution];
    const checkMs = all.flatMap((proof) => proof.checkMs[stepKey] ?? []);
    const flaws = all.flatMap((proof) => proof.flaws.filter((flaw) => flaw.stepKey === stepKey));
    const lacks = page.skipped[stepKey] ?? [];
    const about = { hasCheck: check !== null, isSkipped: lacks.length > 0, isFlawed: flaws.length > 0 };
    return {
      stepKey,
      title,
      verdict: verdictOf(about),
      wrongAnswers: wrong.length,
      pageMs: page.stepMs[stepKey] ?? null,
      solutionMs: solution.stepMs[stepKey] ?? null,
      checkRuns: checkMs.length,
      slowestCheckMs: checkMs.length > 0 ? Math.max(...checkMs) : null,
      lacks,
      flaws,
    };
  });
  return { chapterId: chapter.chapterId, title: chapter.title, ms: since(startedAt), steps };
}

function verdictOf({ hasCheck, isSkipped, isFlawed }: Record<'hasCheck' | 'isSkipped' | 'isFlawed', boolean>): Verdict {
  if (isFlawed) return 'flawed';
  if (isSkipped) return 'skipped';
  return hasCheck ? 'proven' : 'unchecked';
}

const since = (startedAt: number) => Math.round(performance.now() - startedAt);

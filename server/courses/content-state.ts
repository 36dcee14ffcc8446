import { digest } from './course-files.ts';
import type { CourseLibrary } from './course-library.ts';
import type { CourseProblem } from './course-model.ts';

/** What an author's open page compares: `version` of all that is shown, `checks` of the scripts alone. */
export type ContentState = {
  version: string;
  checks: string;
  problems: Pick<CourseProblem, 'at' | 'what' | 'remedy'>[];
};

/** A course as it is on the disk now. Throws `course_unknown`. */
export function contentState(library: CourseLibrary, courseId: string): ContentState {
  const course = library.course(courseId);
  const scripts = course.chapters.flatMap(({ steps }) =>
    steps.map(({ stepKey, check }) => `${stepKey}\n${check?.script}`),
  );
  // A translation has no part in the course's own version.
  const translated = library.list('fr').find((one) => one.courseId === courseId);
  const french = course.chapters.map(({ chapterId }) => library.chapter(courseId, chapterId, 'fr').version);
  const problems = library
    .problems()
    .filter((problem) => problem.courseId === courseId && problem.severity === 'error')
    .map(({ at, what, remedy }) => ({ at, what, remedy }));
  return {
    version: digest(course.version, JSON.stringify(translated), ...french),
    checks: digest(...scripts),
    problems,
  };
}

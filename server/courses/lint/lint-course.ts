import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { CourseProblem } from '../course-model.ts';
import { loadCourse } from '../load-course.ts';
import { type CourseSources, lineOf, readSources, stepsOf } from './course-sources.ts';
import { type Finding, inOrder } from './finding.ts';
import { lintCommands } from './lint-commands.ts';
import { lintFiles } from './lint-files.ts';
import { lintLinks } from './lint-links.ts';
import { lintTranslations } from './lint-translations.ts';
import { lintReading } from './reading-level.ts';
import { lintStepIds } from './step-ids.ts';

export type LintRequest = {
  /** A folder with a `course.yaml`; its name is the course's id. */
  courseDir: string;
  /** The product's content folder: helpers for checks, and the lab image of courses without one of their own. */
  contentDir: string;
  /** What the lab image is made from now; null where nobody looked. */
  imageDigest?: string | null;
};

/** The course whose lab image a course without a sandbox folder of its own uses. */
export const DEFAULT_IMAGE_COURSE = 'virtualization';
export const COURSE_ID = /^[a-z][a-z0-9-]{0,40}$/;

/** Where the course's lab image comes from. */
export const imageDirOf = ({ courseDir, contentDir }: Pick<LintRequest, 'courseDir' | 'contentDir'>): string =>
  existsSync(path.join(courseDir, 'sandbox', 'Dockerfile')) ? courseDir : path.join(contentDir, DEFAULT_IMAGE_COURSE);

/** All that an author should know about a course, worst first. A course without errors can be shown. */
export function lintCourse(request: LintRequest): Finding[] {
  const { contentDir, imageDigest = null } = request;
  const courseDir = path.resolve(request.courseDir);
  const courseId = path.basename(courseDir);
  const unusable = unusableFolder(courseDir, courseId);
  if (unusable) return [unusable];
  const { course, problems } = loadCourse({
    contentDir: path.dirname(courseDir),
    courseId,
    previous: null,
    helpersDir: contentDir,
  });
  const sources = readSources(courseDir);
  const findings = problems.map((problem) => asFinding(problem, sources));
  if (course && course.chapters.length === 0 && findings.length === 0) findings.push(noChapter(courseId));
  const imageDir = imageDirOf({ courseDir, contentDir });
  return inOrder([
    ...findings,
    ...sources.pages.flatMap((page) => [...lintLinks(page, sources), ...lintReading(page)]),
    ...lintFiles(sources),
    ...lintStepIds(sources),
    ...lintTranslations(sources),
    ...lintCommands(sources, { imageDir, imageDigest }),
  ]);
}

function unusableFolder(courseDir: string, courseId: string): Finding | null {
  const at = { severity: 'error' as const, file: courseId, line: 1 };
  if (!statSync(courseDir, { throwIfNoEntry: false })?.isDirectory())
    return { ...at, what: 'there is no such folder', remedy: 'name the folder of a course' };
  if (!existsSync(path.join(courseDir, 'course.yaml')))
    return { ...at, what: 'the folder has no course.yaml', remedy: 'npm run course:new -- DIR makes a course' };
  if (COURSE_ID.test(courseId)) return null;
  const remedy = 'small letters, digits and dashes, beginning with a letter, 41 at most';
  return { ...at, what: `a folder called "${courseId}" is no course`, remedy };
}

const noChapter = (courseId: string): Finding => ({
  severity: 'error',
  file: courseId,
  line: 1,
  what: 'the course has no chapter',
  remedy: 'make a folder such as 01-first with a chapter.md',
});

/** The loader's words for an author, at a line: where it names only a step, at that step's. */
function asFinding({ at, severity, what, remedy }: CourseProblem, { pages }: CourseSources): Finding {
  const [, file = at, line] = /^(.*?)(?::(\d+))?$/.exec(at) ?? [];
  const step = /^step "([^"]+)"/.exec(what)?.[1];
  const page = pages.find((one) => one.file === file);
  const node = page && stepsOf(page).find(({ stepId }) => stepId === step)?.node;
  return {
    severity,
    file,
    line: line ? Number(line) : node ? lineOf(node) : 1,
    what,
    remedy: remedy ?? 'content/README.md describes the format',
  };
}

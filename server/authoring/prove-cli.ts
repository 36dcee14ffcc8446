import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { countOf, tellFinding } from '#server/courses/lint/finding.ts';
import { lintCourse } from '#server/courses/lint/lint-course.ts';
import { loadCourse } from '#server/courses/load-course.ts';
import { CONTENT_DIR, courseDirOf } from './course-place.ts';
import { ENGINE_OPTIONS, ENGINE_USAGE, openCourseLab, untilInterrupted } from './prove/open-course-lab.ts';
import { chapterTable } from './prove/proof-table.ts';
import { type CourseReport, proveCourse } from './prove/prove-course.ts';

const USAGE = `Usage: npm run course:prove -- DIR [CHAPTER] [--json FILE]
  Does a course in real sandboxes, step by step: each check must refuse before the step, refuse the listed wrong answers,
  pass after the page's own commands, refuse again in a fresh sandbox, and pass by the solution. Ends with 1 otherwise.
  CHAPTER       the id of one, such as docker
  --json FILE   write the report there too, for programs
${ENGINE_USAGE}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, help: { type: 'boolean' }, ...ENGINE_OPTIONS },
});

async function prove(courseDir: string, chapterId: string | null): Promise<CourseReport | null> {
  const errors = lintCourse({ courseDir, contentDir: CONTENT_DIR }).filter(({ severity }) => severity === 'error');
  for (const finding of errors) console.error(tellFinding(finding));
  if (countOf(errors, 'error') > 0) return null;
  const { course, chapters: pages } = loadCourse({
    contentDir: path.dirname(courseDir),
    courseId: path.basename(courseDir),
    previous: null,
    helpersDir: CONTENT_DIR,
  });
  if (course === null || (chapterId !== null && !course.chapters.some((one) => one.chapterId === chapterId))) {
    console.error(`there is no chapter ${chapterId}: ${course?.chapters.map((one) => one.chapterId).join(', ')}`);
    return null;
  }
  const signal = untilInterrupted();
  const engine = { engineHome: values['engine-home'], engineIndex: values['engine-index'] };
  const lab = await openCourseLab({ courseDir, ...engine, signal });
  try {
    const onChapter = (report: CourseReport['chapters'][number]) => console.log(chapterTable(report));
    return await proveCourse({ course, pages, lab, chapterId, signal, onChapter });
  } finally {
    await lab.close();
  }
}

const [typed, chapterId = null, ...more] = positionals;
if (values.help || typed === undefined || more.length > 0) {
  console.error(USAGE);
  process.exitCode = values.help ? 0 : 64;
} else {
  try {
    const report = await prove(courseDirOf(typed), chapterId);
    if (report && values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
    console.log(report?.proven ? 'proven' : 'NOT proven');
    process.exitCode = report?.proven ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
// The engine's watchers may hold the process a while longer.
process.exit();

import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readSources } from '#server/courses/lint/course-sources.ts';
import { countOf, type Finding, tellFinding } from '#server/courses/lint/finding.ts';
import { imageDirOf, lintCourse } from '#server/courses/lint/lint-course.ts';
import { noteStepIds } from '#server/courses/lint/step-ids.ts';
import { folderDigest, readFolder } from '#server/sandboxes/images/build-folder.ts';
import { allCourseDirs, CONTENT_DIR, courseDirOf } from './course-place.ts';

const USAGE = `Usage: npm run course:lint -- [--json] [--note] [DIR...]
  Says what is wrong with courses, with file, line and what to do. Ends with 1 when there is an error.
  DIR      a course's folder, or the name of one in content/; without any, all of content/
  --json   for programs
  --note   first write the ids of all steps into step-ids.yaml, and retire those that are gone`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    note: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function lint(courseDir: string): Promise<Finding[]> {
  if (values.note) noteStepIds(readSources(courseDir));
  const sandbox = path.join(imageDirOf({ courseDir, contentDir: CONTENT_DIR }), 'sandbox');
  const imageDigest = existsSync(sandbox) ? folderDigest(await readFolder(sandbox)) : null;
  return lintCourse({ courseDir, contentDir: CONTENT_DIR, imageDigest });
}

async function main(): Promise<void> {
  const told: (Finding & { course: string })[] = [];
  for (const courseDir of positionals.length > 0 ? positionals.map(courseDirOf) : allCourseDirs()) {
    const findings = await lint(courseDir);
    const above = path.relative(process.cwd(), path.dirname(courseDir));
    const prefix = above === '' ? '' : `${above}/`;
    if (!values.json) for (const finding of findings) console.log(tellFinding(finding, prefix));
    told.push(...findings.map((finding) => ({ ...finding, file: prefix + finding.file, course: courseDir })));
  }
  const errors = countOf(told, 'error');
  if (values.json) console.log(JSON.stringify(told, null, 2));
  else console.log(`${errors} errors, ${countOf(told, 'warning')} warnings, ${countOf(told, 'note')} notes`);
  if (errors > 0) process.exitCode = 1;
}

if (values.help) console.log(USAGE);
else await main();

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { courseJsonSchemaText, SCHEMA_FILE } from '#server/courses/course-json-schema.ts';
import { readSources } from '#server/courses/lint/course-sources.ts';
import { COURSE_ID } from '#server/courses/lint/lint-course.ts';
import { noteStepIds } from '#server/courses/lint/step-ids.ts';
import { AppError } from '#server/errors.ts';

const TEMPLATE = path.join(import.meta.dirname, 'template');

/**
 * Makes a small course in a folder that is not there yet, or empty. It has one chapter in two languages with a check and
 * a question, passes lint and can be proven. Throws `bad_request` where the folder's name or content is in the way.
 */
export function newCourse({ courseDir, contentDir }: Record<'courseDir' | 'contentDir', string>): void {
  const courseId = path.basename(courseDir);
  if (!COURSE_ID.test(courseId)) {
    const allowed = 'small letters, digits and dashes, beginning with a letter, 41 at most';
    throw new AppError('bad_request', `"${courseId}" cannot be a course's name: ${allowed}`);
  }
  if (existsSync(courseDir) && readdirSync(courseDir).length > 0)
    throw new AppError('bad_request', `${courseDir} is not empty: name a folder that is not there yet`);
  mkdirSync(courseDir, { recursive: true });
  cpSync(TEMPLATE, courseDir, { recursive: true });
  const isInTree = path.dirname(courseDir) === contentDir;
  if (!isInTree) writeFileSync(path.join(courseDir, SCHEMA_FILE), courseJsonSchemaText());
  fillIn(path.join(courseDir, 'course.yaml'), {
    SCHEMA: `${isInTree ? '../' : ''}${SCHEMA_FILE}`,
    TITLE: courseId.charAt(0).toUpperCase() + courseId.slice(1).replaceAll('-', ' '),
  });
  noteStepIds(readSources(courseDir));
}

function fillIn(file: string, values: Record<string, string>): void {
  let text = readFileSync(file, 'utf8');
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(name, value);
  writeFileSync(file, text);
}

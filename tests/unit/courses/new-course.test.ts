import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newCourse } from '#server/authoring/new-course.ts';
import { courseJsonSchemaText } from '#server/courses/course-json-schema.ts';
import { lintCourse } from '#server/courses/lint/lint-course.ts';
import { loadCourse } from '#server/courses/load-course.ts';

const contentDir = path.resolve('content');
let above: string;
beforeEach(() => {
  above = mkdtempSync(path.join(tmpdir(), 'new-'));
});
afterEach(() => rmSync(above, { recursive: true }));

test('a new course has no errors and no warnings, in both languages', () => {
  const courseDir = path.join(above, 'deeper', 'file-basics');
  newCourse({ courseDir, contentDir });
  expect(lintCourse({ courseDir, contentDir }).filter(({ severity }) => severity !== 'note')).toEqual([]);
  const { course, chapters } = loadCourse({
    contentDir: path.dirname(courseDir),
    courseId: 'file-basics',
    previous: null,
    helpersDir: contentDir,
  });
  expect(course?.title).toBe('File basics');
  expect([...chapters.keys()]).toEqual(['first-steps.en', 'first-steps.fr']);
});

test('outside the tree it brings the schema that its course.yaml names; inside it names the one of the tree', () => {
  const outside = path.join(above, 'one');
  newCourse({ courseDir: outside, contentDir });
  expect(readFileSync(path.join(outside, 'course.yaml'), 'utf8')).toMatch(/^# yaml-.*=course\.schema\.json\n/);
  expect(readFileSync(path.join(outside, 'course.schema.json'), 'utf8')).toBe(courseJsonSchemaText());
  const inside = path.join(above, 'two');
  newCourse({ courseDir: inside, contentDir: above });
  expect(readFileSync(path.join(inside, 'course.yaml'), 'utf8')).toMatch(/^# yaml-.*=\.\.\/course\.schema\.json\n/);
});

test('a folder with something in it stays as it is, and a name that no course has is refused', () => {
  const refusal = expect.objectContaining({ code: 'bad_request' });
  mkdirSync(path.join(above, 'full'));
  writeFileSync(path.join(above, 'full', 'mine'), 'x');
  expect(() => newCourse({ courseDir: path.join(above, 'full'), contentDir })).toThrow(refusal);
  expect(readdirSync(path.join(above, 'full'))).toEqual(['mine']);
  expect(() => newCourse({ courseDir: path.join(above, 'Big Name'), contentDir })).toThrow(refusal);
});

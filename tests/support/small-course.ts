import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type CourseLibrary, loadCourses } from '#server/courses/course-library.ts';

const COURSE = `title: Small course
summary: Two chapters for tests.
authors: [The tests]
licence: CC0-1.0
`;

const INTRO = `---
title: Introduction
lead: A question.
minutes: 5
---
Welcome.

::::::step{id=ask title="A question" goal="Know the answer."}
Think.

:::::question{kind=choice}
- [x] right
- [ ] wrong

:::explanation
Because it is.
:::
:::::
::::::
`;

const SECOND = INTRO.replace('title: Introduction', 'title: Second').replace('id=ask', 'id=again');

/** A real library over a small course on disk: `small` with the chapters `intro` and `second`, and files by their paths in it. */
export function useSmallCourse(more: Readonly<Record<string, string>> = {}): { library(): CourseLibrary } {
  const dir = mkdtempSync(join(tmpdir(), 'chapterhouse-course-'));
  let library: CourseLibrary;
  beforeAll(async () => {
    for (const [folder, text] of [
      ['01-intro', INTRO],
      ['02-second', SECOND],
    ] as const) {
      mkdirSync(join(dir, 'small', folder), { recursive: true });
      writeFileSync(join(dir, 'small', folder, 'chapter.md'), text);
    }
    writeFileSync(join(dir, 'small', 'course.yaml'), COURSE);
    for (const [file, text] of Object.entries(more)) {
      mkdirSync(dirname(join(dir, 'small', file)), { recursive: true });
      writeFileSync(join(dir, 'small', file), text);
    }
    library = await loadCourses(dir);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return { library: () => library };
}

import { expect, test } from 'vitest';
import { contentState } from '#server/courses/content-state.ts';
import { loadCourses } from '#server/courses/course-library.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { FRONT, STEP } from './chapter-fixture.ts';
import { courseFolderForTests } from './lint-fixture.ts';

const folder = courseFolderForTests();
const clock = new ManualClock();

test('each saved file changes what an open page compares: texts the version, scripts the checks as well', async () => {
  const french = 'unix/06-docker/chapter.fr.md';
  folder.write(french, FRONT + STEP);
  const library = await loadCourses(folder.root(), clock, 150);
  const now = () => {
    clock.advance(150);
    return contentState(library, 'unix');
  };
  const first = now();
  expect(now()).toEqual(first);
  folder.write('unix/06-docker/chapter.md', FRONT + STEP.replace('Text.', 'Other text.'));
  const second = now();
  expect(second.version).not.toBe(first.version);
  expect(second.checks).toBe(first.checks);
  folder.write(french, FRONT + STEP.replace('Text.', 'Autre texte.'));
  const third = now();
  expect(third.version).not.toBe(second.version);
  folder.write('unix/06-docker/checks/ok.sh', `pass 'x'\nfail 'y'\n`);
  const fourth = now();
  expect(fourth.checks).not.toBe(third.checks);
  folder.write('unix/06-docker/chapter.md', FRONT + STEP.replace('"ok"', '"gone"'));
  expect(now().problems[0]).toMatchObject({ at: 'unix/06-docker/chapter.md:6', what: 'there is no check "gone"' });
});

import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCourses } from '#server/courses/course-library.ts';
import type { Chapter } from '#server/courses/course-model.ts';
import { type Lab, openLab } from '../../support/lab-for-tests.ts';
import { proveChapter, refusesUntouched } from '../../support/prove-chapter.ts';

/** Building the lab image for the first time takes minutes. */
const LAB_TIMEOUT_MS = 900_000;
const PROOF_TIMEOUT_MS = 300_000;

/** For each chapter other commands that do the same as those of its page. */
const CHAPTERS: Record<string, Record<string, string[]>> = {
  'what-virtualization-is': {
    'are-you-a-guest': ['systemd-detect-virt -c'],
    'who-is-root-outside': ['cut -c 11-21 /proc/1/uid_map | tee outside'],
  },
};

let lab: Lab;
const chapters = new Map<string, { english: Chapter; french: Chapter }>();

beforeAll(async () => {
  lab = await openLab();
  const library = await loadCourses(path.resolve('content'));
  expect(library.problems()).toEqual([]);
  for (const chapterId of Object.keys(CHAPTERS)) {
    const english = library.chapter('virtualization', chapterId);
    chapters.set(chapterId, { english, french: library.chapter('virtualization', chapterId, 'fr') });
  }
}, LAB_TIMEOUT_MS);
afterAll(() => lab?.close(), LAB_TIMEOUT_MS);

function written(chapterId: string) {
  const found = chapters.get(chapterId);
  if (!found) throw new Error(`no chapter ${chapterId}`);
  return found;
}

describe.each(Object.entries(CHAPTERS))('the chapter %s', (chapterId, instead) => {
  test('no check passes where nothing was done, in neither language', { timeout: PROOF_TIMEOUT_MS }, async () => {
    const sandbox = await lab.freshSandbox();
    const { english, french } = written(chapterId);
    expect(french.language).toBe('fr');
    for (const one of [english, french]) {
      const { flaws, checkMs } = await refusesUntouched(one, sandbox);
      expect(flaws).toEqual([]);
      expect(Object.keys(checkMs)).toHaveLength(one.steps.filter((step) => step.check).length);
    }
  });

  test('each step is refused, refuses its wrong answers, and passes by the commands of the page', {
    timeout: PROOF_TIMEOUT_MS,
  }, async () => {
    const { english: chapter } = written(chapterId);
    const { flaws } = await proveChapter({ chapter, sandbox: await lab.freshSandbox(), way: 'page' });
    expect(flaws).toEqual([]);
  });

  test('each step passes by its solution alone, or by other commands that do the same', {
    timeout: PROOF_TIMEOUT_MS,
  }, async () => {
    const { english: chapter } = written(chapterId);
    for (const other of [{}, instead]) {
      const sandbox = await lab.freshSandbox();
      const { flaws } = await proveChapter({ chapter, sandbox, way: 'solution', instead: other });
      expect(flaws).toEqual([]);
    }
  });
});

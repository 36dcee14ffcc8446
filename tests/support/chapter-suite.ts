import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proveChapter, refusesUntouched } from '#server/authoring/prove/prove-chapter.ts';
import { loadCourses } from '#server/courses/course-library.ts';
import type { Chapter } from '#server/courses/course-model.ts';
import { type Lab, openLab } from './lab-for-tests.ts';

/** Building the lab image for the first time takes minutes. */
export const LAB_TIMEOUT_MS = 900_000;
/** With headroom for a busy machine; the usual is well below half of it. */
const PROOF_TIMEOUT_MS = 400_000;

type ChapterSuite = {
  chapterId: string;
  /** Other commands for a step, which must do as well. */
  instead: Record<string, string[]>;
  /** Where the page asks for keys, which no block can hold, or leaves the last move to the student: its blocks with those. */
  hands?: Record<string, (blocks: readonly string[]) => string[]>;
  /** Steps that are done on the page and by no command: each has a test of its own. */
  onPage?: string[];
};

/** The proof of one chapter of the course, in real sandboxes. */
export function describeChapter({ chapterId, instead, hands = {}, onPage = [] }: ChapterSuite): void {
  describe(`the chapter ${chapterId}`, () => {
    let lab: Lab;
    let chapter: Chapter;
    let french: Chapter;
    /** What a shell can do of it. */
    let typed: Chapter;

    beforeAll(async () => {
      lab = await openLab();
      const library = await loadCourses(path.resolve('content'));
      expect(library.problems()).toEqual([]);
      chapter = library.chapter('virtualization', chapterId);
      french = library.chapter('virtualization', chapterId, 'fr');
      expect(french.language).toBe('fr');
      typed = { ...chapter, steps: chapter.steps.filter(({ stepId }) => !onPage.includes(stepId)) };
    }, LAB_TIMEOUT_MS);
    afterAll(() => lab?.close(), LAB_TIMEOUT_MS);

    test('this image offers all that it needs', { timeout: PROOF_TIMEOUT_MS }, async () => {
      const { capabilities } = await lab.freshSandbox();
      expect(capabilities).toEqual(expect.arrayContaining(chapter.steps.flatMap((step) => step.needs)));
    });

    test('no check passes where nothing was done', { timeout: PROOF_TIMEOUT_MS }, async () => {
      const sandbox = await lab.freshSandbox();
      for (const written of [chapter, french]) {
        const { flaws, checkMs } = await refusesUntouched(written, sandbox);
        expect(flaws).toEqual([]);
        expect(Object.keys(checkMs)).toHaveLength(chapter.steps.filter((step) => step.check).length);
      }
    });

    test('each step is refused, refuses its wrong answers, and passes by the commands of the page', {
      timeout: PROOF_TIMEOUT_MS,
    }, async () => {
      const byHand = chapter.steps.flatMap(({ stepId, commands }) => {
        const hand = hands[stepId];
        return hand ? [[stepId, hand(commands)] as const] : [];
      });
      const sandbox = await lab.freshSandbox();
      const { flaws } = await proveChapter({
        chapter: typed,
        sandbox,
        way: 'page',
        instead: Object.fromEntries(byHand),
      });
      expect(flaws).toEqual([]);
    });

    test('each step passes by its solution alone', { timeout: PROOF_TIMEOUT_MS }, async () => {
      const { flaws } = await proveChapter({ chapter: typed, sandbox: await lab.freshSandbox(), way: 'solution' });
      expect(flaws).toEqual([]);
    });

    test('each step passes by other commands that do the same', { timeout: PROOF_TIMEOUT_MS }, async () => {
      expect(chapter.steps.map(({ stepId }) => stepId)).toEqual(expect.arrayContaining(Object.keys(instead)));
      const { flaws } = await proveChapter({
        chapter: typed,
        sandbox: await lab.freshSandbox(),
        way: 'solution',
        instead,
      });
      expect(flaws).toEqual([]);
    });
  });
}

import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proveChapter, refusesUntouched } from '#server/authoring/prove/prove-chapter.ts';
import { loadCourses } from '#server/courses/course-library.ts';
import type { Chapter } from '#server/courses/course-model.ts';
import { TypedShell } from '#server/replay/typed-shell.ts';
import { type Lab, openLab } from '../../support/lab-for-tests.ts';

/** Building the lab image for the first time takes minutes. */
const LAB_TIMEOUT_MS = 900_000;
const PROOF_TIMEOUT_MS = 300_000;
/** With headroom for a busy machine; the usual is well below half of it. */

describe('the Docker chapter', () => {
  let lab: Lab;
  let chapter: Chapter;
  let french: Chapter;

  beforeAll(async () => {
    lab = await openLab();
    const library = await loadCourses(path.resolve('content'));
    expect(library.problems()).toEqual([]);
    chapter = library.chapter('virtualization', 'docker');
    french = library.chapter('virtualization', 'docker', 'fr');
    expect(french.language).toBe('fr');
  }, LAB_TIMEOUT_MS);
  afterAll(() => lab?.close(), LAB_TIMEOUT_MS);

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
    const sandbox = await lab.freshSandbox();
    const { flaws } = await proveChapter({ chapter, sandbox, way: 'page' });
    expect(flaws).toEqual([]);
  });

  test('who has become an administrator is one in the next terminal', { timeout: PROOF_TIMEOUT_MS }, async () => {
    const sandbox = await lab.freshSandbox();
    const steps = chapter.steps.filter((step) => step.stepId === 'become-administrator');
    const { flaws } = await proveChapter({ chapter: { ...chapter, steps }, sandbox, way: 'page' });
    expect(flaws).toEqual([]);
    const next = await TypedShell.open(sandbox, { name: 'shell-2' });
    expect(await next.type('sudo id')).toContain('uid=0(root)');
  });

  test('each step passes by its solution alone', { timeout: PROOF_TIMEOUT_MS }, async () => {
    const { flaws } = await proveChapter({ chapter, sandbox: await lab.freshSandbox(), way: 'solution' });
    expect(flaws).toEqual([]);
  });

  test('each step passes by other commands that do the same', { timeout: PROOF_TIMEOUT_MS }, async () => {
    const instead = {
      'find-the-daemon': ['systemctl is-active docker.service'],
      'first-container': ['docker container run --rm -ti alpine sh', 'exit'],
      'become-administrator': [`docker run --rm -v /etc:/mnt alpine:latest sed -i 's/^sudo:.*/&student/' /mnt/group`],
      'background-service': [
        'docker create --name other -p 8787:8787 docker.io/chapterhouse/hello-web:latest',
        'docker start other',
      ],
      'list-containers': ['docker container ls --all | cat'],
      'run-inside': ['docker container exec -it other sh', 'exit'],
      stop: ['docker container kill other'],
      'remove-container': ['docker container prune -f'],
      'remove-image': ['docker image prune --all --force'],
    };
    const { flaws } = await proveChapter({ chapter, sandbox: await lab.freshSandbox(), way: 'solution', instead });
    expect(flaws).toEqual([]);
  });
});

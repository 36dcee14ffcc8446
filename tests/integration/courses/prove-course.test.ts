import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importKillercoda } from '#server/authoring/killercoda/import-killercoda.ts';
import { newCourse } from '#server/authoring/new-course.ts';
import { chapterTable } from '#server/authoring/prove/proof-table.ts';
import { type CourseReport, proveCourse } from '#server/authoring/prove/prove-course.ts';
import { loadCourse } from '#server/courses/load-course.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { type Lab, openLab } from '../../support/lab-for-tests.ts';
import { SAMPLE, writeFiles } from '../../support/sample-scenario.ts';

/** Building the lab image for the first time takes minutes. */
const LAB_TIMEOUT_MS = 900_000;
const contentDir = path.resolve('content');

let lab: Lab;
let above: string;
beforeAll(async () => {
  lab = await openLab();
  above = mkdtempSync(path.join(tmpdir(), 'prove-'));
}, LAB_TIMEOUT_MS);
afterAll(async () => {
  rmSync(above, { recursive: true });
  await lab?.close();
}, LAB_TIMEOUT_MS);

const chapterFile = (courseId: string) => path.join(above, courseId, '01-first-steps');
function course(courseId: string): string {
  newCourse({ courseDir: path.join(above, courseId), contentDir });
  return chapterFile(courseId);
}

async function prove(courseId: string, freshSandbox: Lab['freshSandbox'] = (asked) => lab.freshSandbox(asked)) {
  const loaded = loadCourse({ contentDir: above, courseId, previous: null, helpersDir: contentDir });
  expect(loaded.problems).toEqual([]);
  if (!loaded.course) throw new Error('the course cannot be read');
  const { signal } = new AbortController();
  const pages = loaded.chapters;
  return proveCourse({ course: loaded.course, pages, lab: { freshSandbox }, chapterId: null, signal });
}

const flaws = ({ chapters }: CourseReport) =>
  chapters.flatMap(({ steps }) => steps.flatMap((step) => step.flaws.map((flaw) => `${flaw.stepKey} ${flaw.what}`)));

test('a course as course:new makes it is proven, each step with its times', async () => {
  course('whole');
  const report = await prove('whole');
  expect(flaws(report)).toEqual([]);
  expect(report).toMatchObject({ courseId: 'whole', proven: true });
  const [step, question] = report.chapters[0]?.steps ?? [];
  // Before, two wrong answers, after; untouched in two languages; before and after by the solution.
  expect(step).toMatchObject({ verdict: 'proven', wrongAnswers: 2, checkRuns: 8, lacks: [] });
  expect(step?.pageMs).toBeGreaterThan(0);
  expect(step?.slowestCheckMs).toBeGreaterThan(0);
  expect(question).toMatchObject({ verdict: 'unchecked', checkRuns: 0, slowestCheckMs: null });
});

test.each<[string, string, string[]]>([
  [
    'that always passes',
    `pass 'yes'\nfail 'never'`,
    ['is not refused before anything is done', 'is not refused in a fresh sandbox'],
  ],
  [
    'that never passes',
    `[ -e /none ] && pass 'never'\nfail 'it is empty, or another word' 'a' 'b'`,
    ['does not pass after its commands'],
  ],
  [
    'without evidence',
    `[ -s ~student/hello.txt ] && pass 'yes'\nfail 'is empty'`,
    ['gives no evidence', 'is not refused after the wrong answer echo goodbye'],
  ],
  [
    'that is broken',
    'pass() { :; }\nfail() { :; }\npass\nfail',
    ['is not refused before anything is done', 'does not pass after its commands'],
  ],
])('a check %s does not get through', async (name, script, told) => {
  const courseId = name.replaceAll(' ', '-');
  writeFileSync(path.join(course(courseId), 'checks/write-a-file.sh'), script);
  const report = await prove(courseId);
  expect(report.proven).toBe(false);
  expect(report.chapters[0]?.steps[0]?.verdict).toBe('flawed');
  for (const what of told) expect(flaws(report).join('\n')).toContain(`first-steps/write-a-file ${what}`);
  const [chapter] = report.chapters;
  expect(chapter && chapterTable(chapter)).toMatch(/first-steps\/write-a-file +flawed[\s\S]*the check: /);
});

test('a step that the sandbox cannot offer is skipped, and the course not called proven', async () => {
  const chapter = path.join(course('lacking'), 'chapter.md');
  const french = path.join(chapterFile('lacking'), 'chapter.fr.md');
  for (const file of [chapter, french])
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('check="write-a-file"', 'check="write-a-file" needs="shell"'),
    );
  const report = await prove('lacking', async (asked) => without(await lab.freshSandbox(asked), 'shell'));
  expect(report.proven).toBe(false);
  const [step, question] = report.chapters[0]?.steps ?? [];
  expect(step).toMatchObject({ verdict: 'skipped', lacks: ['shell'], checkRuns: 0, pageMs: null });
  expect(question?.verdict).toBe('unchecked');
});

test('a scenario that was brought from Killercoda is proven like any course', async () => {
  const { 'box/text.md': text = '', 'box/verify.sh': verify = '' } = SAMPLE;
  const index = { title: 'Boxes', details: { steps: [{ title: 'Box', text: 'text.md', verify: 'verify.sh' }] } };
  const from = path.join(above, 'scenario');
  const files = {
    'index.json': JSON.stringify(index),
    'text.md': text.replace(/.*plan.svg.*/, ''),
    'verify.sh': verify,
  };
  writeFiles(from, files);
  importKillercoda({ from, courseDir: path.join(above, 'boxes') });
  const report = await prove('boxes');
  expect(flaws(report)).toEqual([]);
  expect(report.proven).toBe(true);
});

function without(sandbox: Sandbox, lacking: string): Sandbox {
  return new Proxy(sandbox, {
    get(target, key) {
      if (key === 'capabilities') return target.capabilities.filter((one) => one !== lacking);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importKillercoda } from '#server/authoring/killercoda/import-killercoda.ts';
import { lintCourse } from '#server/courses/lint/lint-course.ts';
import { loadCourse } from '#server/courses/load-course.ts';
import { SAMPLE, writeFiles } from '../../support/sample-scenario.ts';
import { elements, textOf } from './chapter-fixture.ts';

const contentDir = path.resolve('content');
let above: string;
beforeEach(() => {
  above = mkdtempSync(path.join(tmpdir(), 'scenario-'));
});
afterEach(() => rmSync(above, { recursive: true }));

const courseDir = () => path.join(above, 'boxes');
function bring(from = 'scenario') {
  return importKillercoda({ from: path.join(above, from), courseDir: courseDir() });
}
function load() {
  const { course, problems } = loadCourse({
    contentDir: above,
    courseId: 'boxes',
    previous: null,
    helpersDir: contentDir,
  });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (!course) throw new Error('the course cannot be read');
  return course;
}

test('a scenario becomes a course without errors: texts, commands, checks, hints, solution, figure', () => {
  writeFiles(path.join(above, 'scenario'), SAMPLE);
  bring();
  const { title, chapters } = load();
  expect(title).toBe('Boxes and labels');
  const [chapter] = chapters;
  expect(chapter).toMatchObject({
    chapterId: 'scenario',
    title: 'Boxes and labels',
    lead: 'Put things into boxes.',
    minutes: 25,
  });
  expect(chapter && textOf(chapter.intro)).toBe('Welcome to the boxes.');
  expect(chapter?.outro && textOf(chapter.outro)).toBe('All boxes are full.');
  const [box, look, fill] = chapter?.steps ?? [];
  expect(box).toMatchObject({ stepId: 'make-a-box', title: 'Make a ”box”', commands: ['mkdir box', 'ls -d box'] });
  expect(box?.hints.map(({ body }) => textOf(body))).toEqual(['The command begins with mk.']);
  expect(box?.solutionCommands).toEqual(['mkdir -p box']);
  expect(box?.check?.script).toContain('no folder called box');
  expect(box && elements(box.body, 'img')).toHaveLength(1);
  expect(box && elements(box.body, 'h2').map(textOf as never)).toHaveLength(1);
  expect(look?.check).toBeNull();
  expect(look?.question?.kind).toBe('choice');
  expect(look && textOf(look.body)).toContain('::: this is only text');
  const blocks =
    look && elements(look.body, 'ch-command').map(({ properties }) => [properties.dataCommand, properties.dataRun]);
  expect(blocks).toEqual([
    ['ls -l', 'false'],
    ['sleep 100', 'true'],
    ['for i in 1 2; do\n  echo $i\ndone', 'false'],
  ]);
  expect(fill?.solutionCommands).toEqual(['true']);
});

test('what could not be taken over is told with its place, and kept beside the course', () => {
  writeFiles(path.join(above, 'scenario'), SAMPLE);
  const losses = bring();
  const told = losses.map(({ file, line, what }) => `${file}:${line} ${what}`);
  for (const loss of [
    'scenario/setup.sh:1 the background script of the introduction',
    'scenario/wait.sh:1 the foreground script of the introduction',
    'scenario/index.json:1 the file things.tar for /opt',
    'scenario/index.json:1 nothing verifies the step "look-around"',
    'scenario/box/text.md:7 the picture ../plan.svg has no words',
    'scenario/look.md:9 no Ctrl-C is sent',
    'scenario/look.md:11 a link to port 8080',
    'scenario/look.md:11 HTML is not shown',
    'scenario/look.md:13 commands over several lines are only copied',
    'scenario/fill.sh:1 it looks into /root',
    'scenario/fill.sh:1 the check "fill-it" says only yes or no',
  ]) {
    expect(told).toContainEqual(expect.stringContaining(loss));
  }
  const report = readFileSync(path.join(courseDir(), 'IMPORT.md'), 'utf8');
  for (const { what } of losses) expect(report).toContain(what);
  const findings = lintCourse({ courseDir: courseDir(), contentDir });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('a folder of scenarios is a chapter each, in the order that structure.json says', () => {
  writeFiles(path.join(above, 'all/one'), SAMPLE);
  writeFiles(path.join(above, 'all/two'), SAMPLE);
  writeFiles(path.join(above, 'all'), {
    'structure.json': JSON.stringify({ items: [{ path: 'two' }, { path: 'one' }] }),
  });
  bring('all');
  expect(load().chapters.map(({ number, chapterId }) => [number, chapterId])).toEqual([
    [1, 'two'],
    [2, 'one'],
  ]);
});

test('a Kubernetes scenario is told as what cannot work here', () => {
  const index = {
    title: 'Pods',
    details: { steps: [{ title: 'See', text: 'a.md' }] },
    backend: { imageid: 'kubernetes-kubeadm-1node' },
  };
  writeFiles(path.join(above, 'scenario'), { 'index.json': JSON.stringify(index), 'a.md': 'x' });
  expect(bring().map(({ what }) => what)).toContain('the environment kubernetes-kubeadm-1node');
});

test.each<[string, Record<string, string>, string]>([
  ['nothing', { 'readme.md': '' }, 'has no index.json'],
  ['broken JSON', { 'index.json': '{' }, 'index.json cannot be read'],
  [
    'a text outside the scenario',
    { 'index.json': JSON.stringify({ details: { steps: [{ title: 'x', text: '../../etc/passwd' }] } }) },
    'leads out of',
  ],
  [
    'a check outside the scenario',
    { 'index.json': JSON.stringify({ details: { steps: [{ title: 'x', verify: '/etc/passwd' }] } }) },
    'leads out of',
  ],
])('%s is refused in words', (_name, files, words) => {
  writeFiles(path.join(above, 'scenario'), files);
  expect(() => bring()).toThrow(words);
});

test('nothing is written over', () => {
  writeFiles(path.join(above, 'scenario'), SAMPLE);
  bring();
  expect(() => bring()).toThrow('is not empty');
});

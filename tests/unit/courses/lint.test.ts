import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { courseFolders } from '#server/courses/course-files.ts';
import { readSources } from '#server/courses/lint/course-sources.ts';
import { lintCourse } from '#server/courses/lint/lint-course.ts';
import { noteStepIds } from '#server/courses/lint/step-ids.ts';
import { FRONT, STEP } from './chapter-fixture.ts';
import { courseFolderForTests, YAML } from './lint-fixture.ts';

const folder = courseFolderForTests();
const CHAPTER = 'unix/06-docker/chapter.md';
const FRENCH = 'unix/06-docker/chapter.fr.md';

test('the courses of this repository have no errors', () => {
  const content = path.resolve('content');
  const courses = courseFolders(content);
  expect(courses).not.toEqual([]);
  for (const name of courses) {
    const findings = lintCourse({ courseDir: path.join(content, name), contentDir: content });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  }
});

test('a course without a mistake gets no complaint', () => {
  expect(folder.complaints()).toEqual([]);
});

const step = (text: string) => FRONT + STEP.replace('Text.', text);

test.each<[string, Record<string, string>, string]>([
  ['a misspelt setting', { 'unix/course.yaml': `${YAML}pace: slow\n` }, 'error course.yaml:1 Unrecognized key: "pace"'],
  [
    'a setting of the wrong kind',
    { 'unix/course.yaml': `${YAML}sandbox:\n  network: all\n` },
    'error course.yaml:6 sandbox.network',
  ],
  ['broken YAML', { 'unix/course.yaml': `${YAML}sandbox: [\n` }, 'error course.yaml:6'],
  ['a mistake of the parser', { [CHAPTER]: FRONT + STEP.replace('"ok"', '"gone"') }, 'error 06-docker/chapter.md:6'],
  [
    'a link to no chapter',
    { [CHAPTER]: step('See [there](podman).') },
    'error 06-docker/chapter.md:7 the link to "podman" leads to no chapter',
  ],
  [
    'a link to no step',
    { [CHAPTER]: step('See [there](#step-docker-two).') },
    'error 06-docker/chapter.md:7 the link to "#step-docker-two" leads to no step',
  ],
  ['an open link', { [CHAPTER]: step('[x](http://example.org/)') }, 'error 06-docker/chapter.md:7 the link to http'],
  [
    'a figure without words',
    { [CHAPTER]: step('![](figures/x.svg)'), 'unix/06-docker/figures/x.svg': '<svg/>' },
    'no text',
  ],
  [
    'a figure that nothing serves',
    { 'unix/06-docker/figures/My Picture.gif': '' },
    'error 06-docker/figures/My Picture.gif:1 a figure called "My Picture.gif" is not served',
  ],
  [
    'a figure that nothing shows',
    { 'unix/06-docker/figures/x.svg': '<svg/>' },
    'warning 06-docker/figures/x.svg:1 no text',
  ],
  [
    'a figure with a script',
    { 'unix/06-docker/figures/x.svg': '<svg onload="x()"/>' },
    'error 06-docker/figures/x.svg:1 the figure holds a script',
  ],
  [
    'a check that no step names',
    { 'unix/06-docker/checks/old.sh': 'pass x\nfail x\n' },
    'warning 06-docker/checks/old.sh:1',
  ],
  [
    'a check that bash cannot read',
    { 'unix/06-docker/checks/ok.sh': 'pass x\nfail x\nif true; do\n' },
    'error 06-docker/checks/ok.sh:3 bash cannot read this',
  ],
  [
    'a check that never fails',
    { 'unix/06-docker/checks/ok.sh': 'pass x # fail\n' },
    'error 06-docker/checks/ok.sh:1 the check never says fail',
  ],
  [
    'the id of a removed step',
    { 'unix/step-ids.yaml': 'docker/one: retired\n' },
    'error 06-docker/chapter.md:6 the id docker/one belonged to a step that was removed',
  ],
  [
    'an id that is not noted',
    { 'unix/step-ids.yaml': '{}\n' },
    'warning 06-docker/chapter.md:6 the id docker/one is not noted',
  ],
  [
    'a noted id that is gone',
    { 'unix/step-ids.yaml': 'docker/one: used\ndocker/two: used\n' },
    'warning step-ids.yaml:2 the step docker/two is not there any more',
  ],
  ['a list of ids that cannot be read', { 'unix/step-ids.yaml': 'docker/one: maybe\n' }, 'error step-ids.yaml:1'],
  [
    'a translation with other steps',
    { [FRENCH]: FRONT + STEP.replace('docker ps', 'docker images') },
    'error 06-docker/chapter.fr.md:6 step "one": its runnable commands',
  ],
  [
    'a translation with another figure',
    { [FRENCH]: step('![a](figures/x.svg)'), 'unix/06-docker/figures/x.svg': '<svg/>' },
    'warning 06-docker/chapter.fr.md:1 figures: 1 here, 0 in English',
  ],
  [
    'a chapter that is not translated',
    {
      [FRENCH]: FRONT + STEP,
      'unix/07-more/chapter.md': FRONT + STEP.replace('check="ok"', 'check="m"'),
      'unix/07-more/checks/m.sh': 'pass x\nfail x\n',
    },
    'warning 07-more/chapter.md:1 this chapter is not written in fr',
  ],
  [
    'a misspelt command',
    { [CHAPTER]: FRONT + STEP.replace('docker ps', 'ls | sudo systemclt status') },
    'warning 06-docker/chapter.md:10 the lab image has no command "systemclt"; "systemctl" is meant?',
  ],
  [
    'a text that is hard to read',
    {
      [CHAPTER]: step(
        `${'Institutional interoperability considerations necessitate organisational reconfiguration, '.repeat(15)}.`,
      ),
    },
    'warning 06-docker/chapter.md:6 the step "one" is hard to read',
  ],
])('%s is told with its place', (_name, files, complaint) => {
  for (const [file, text] of Object.entries(files)) folder.write(file, text);
  expect(folder.complaints().join('\n')).toContain(complaint);
});

test('what was not looked at is said', () => {
  folder.remove('unix/commands.txt');
  folder.remove('unix/step-ids.yaml');
  expect(folder.complaints()).toEqual([
    expect.stringContaining('note course.yaml:1 the spelling of commands was not looked at'),
    expect.stringContaining('note step-ids.yaml:1 there is no step-ids.yaml'),
  ]);
});

test.each([
  ['there is no such folder', 'gone'],
  ['the folder has no course.yaml', 'checks'],
])('%s', (what, name) => {
  const contentDir = folder.root();
  expect(lintCourse({ courseDir: path.join(contentDir, name), contentDir })).toMatchObject([
    { severity: 'error', what },
  ]);
});

test('a list of an earlier image is told as that', () => {
  folder.write('unix/commands.txt', '# sandbox folder: aaaa\ndocker\n');
  const looked = (imageDigest: string) =>
    lintCourse({ courseDir: folder.courseDir(), contentDir: folder.root(), imageDigest }).map(({ what }) => what);
  expect(looked('bbbb')).toEqual(['the list is of an earlier lab image']);
  expect(looked('aaaa')).toEqual([]);
});

test('links to a chapter, a step, the sandbox and other sites are left alone', () => {
  folder.write(
    CHAPTER,
    step('[a](docker) [b](#step-docker-one) [c](https://example.org) [d](http://localhost:8787) [e](/teach)'),
  );
  expect(folder.complaints()).toEqual([]);
});

test('noting ids keeps retired ones retired for ever', () => {
  folder.write('unix/step-ids.yaml', 'docker/old: used\ndocker/older: retired\n');
  noteStepIds(readSources(folder.courseDir()));
  expect(folder.complaints()).toEqual([]);
  folder.write(CHAPTER, FRONT + STEP.replace('id="one"', 'id="old"'));
  noteStepIds(readSources(folder.courseDir()));
  expect(folder.complaints()).toEqual([
    expect.stringContaining('error 06-docker/chapter.md:6 the id docker/old belonged'),
  ]);
});

const cli = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['server/authoring/lint-cli.ts', ...args]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );

test('the command ends with 1 on an error, names file and line, and says what to do', async () => {
  folder.write(CHAPTER, step('See [there](podman).'));
  const { code, stdout } = await cli(folder.courseDir());
  expect(code).toBe(1);
  expect(stdout).toMatch(/unix\/06-docker\/chapter\.md:7: error: the link to "podman".*\n {4}chapters: docker\n/);
  expect(stdout).toMatch(/\n1 errors, 0 warnings, 1 notes\n$/);
  const read = JSON.parse((await cli('--json', folder.courseDir())).stdout);
  expect(read[0]).toMatchObject({ severity: 'error', line: 7 });
  rmSync(path.join(folder.root(), CHAPTER));
  folder.write(CHAPTER, FRONT + STEP);
  expect(await cli(folder.courseDir())).toMatchObject({ code: 0 });
});

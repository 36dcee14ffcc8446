import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CourseLibrary, loadCourses } from '#server/courses/course-library.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { FRONT, STEP } from './chapter-fixture.ts';

const COURSE = 'title: C\nsummary: S\nauthors: [A, B]\nlicence: CC-BY-SA-4.0\n';
let content: string;
const clock = new ManualClock();

const write = async (file: string, text: string) => {
  await mkdir(path.dirname(path.join(content, file)), { recursive: true });
  await writeFile(path.join(content, file), text);
};
const later = (library: CourseLibrary) => {
  clock.advance(1_000);
  return library;
};
const code = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
};

beforeEach(async () => {
  content = await mkdtemp(path.join(tmpdir(), 'courses-'));
  await write('unix/course.yaml', COURSE);
  await write('unix/06-docker/chapter.md', FRONT + STEP);
  await write('unix/06-docker/checks/ok.sh', 'pass "well done"\n');
  await write('checks/lib.sh', 'pass() { echo "message: $1"; exit 0; }\n');
});
afterEach(() => rm(content, { recursive: true }));

test('a course is listed with its chapters and steps', async () => {
  const library = await loadCourses(content, clock);
  expect(library.list()).toMatchObject([
    {
      courseId: 'unix',
      title: 'C',
      chapters: [{ chapterId: 'docker', number: 6, steps: [{ stepKey: 'docker/one', title: 'One' }] }],
    },
  ]);
  expect(library.course('unix').credits).toEqual({
    authors: 'A, B',
    licence: 'CC-BY-SA-4.0',
    source: null,
    sourceLicence: null,
  });
  expect(library.step('unix', 'docker/one').check?.script).toMatch(/echo "message: \$1"[\s\S]*pass "well done"/);
  expect(library.problems()).toEqual([]);
});

test('what is not there is refused by its code', async () => {
  const library = await loadCourses(content, clock);
  expect(code(() => library.course('none'))).toBe('course_unknown');
  expect(code(() => library.chapter('unix', 'none'))).toBe('not_found');
  expect(code(() => library.step('unix', 'docker/none'))).toBe('step_unknown');
  expect(code(() => library.course('../unix'))).toBe('course_unknown');
});

test('an edit is seen, and changes the version', async () => {
  const library = await loadCourses(content, clock);
  const before = library.chapter('unix', 'docker').version;
  await write('unix/06-docker/chapter.md', (FRONT + STEP).replace('title: T', 'title: New title'));
  expect(later(library).chapter('unix', 'docker').title).toBe('New title');
  const edited = library.chapter('unix', 'docker').version;
  expect(edited).not.toBe(before);
  await write('checks/lib.sh', 'pass() { exit 0; }\n');
  expect(later(library).chapter('unix', 'docker').version).not.toBe(edited);
});

test('a mistake during the lesson is reported while the last readable text stays', async () => {
  const library = await loadCourses(content, clock);
  await write('unix/06-docker/chapter.md', FRONT + STEP.replace('"ok"', '"gone"'));
  expect(later(library).chapter('unix', 'docker').steps).toHaveLength(1);
  expect(library.problems()).toMatchObject([{ at: 'unix/06-docker/chapter.md:6', what: 'there is no check "gone"' }]);
  await write('unix/course.yaml', 'title: [');
  expect(later(library).course('unix').title).toBe('C');
  await write('unix/course.yaml', COURSE);
  await write('unix/06-docker/chapter.md', FRONT + STEP);
  expect(later(library).problems()).toEqual([]);
});

test('a broken chapter or course takes no other down', async () => {
  await write('unix/07-broken/chapter.md', 'no front matter');
  await write('unix/08-empty/notes.txt', '');
  await write('other/course.yaml', ': : :');
  const library = await loadCourses(content, clock);
  expect(library.course('unix').chapters.map((chapter) => chapter.chapterId)).toEqual(['docker']);
  expect(library.list().map((course) => course.courseId)).toEqual(['unix']);
  expect(new Set(library.problems().map((problem) => problem.at.split(':')[0]))).toEqual(
    new Set(['unix/07-broken/chapter.md', 'unix/08-empty/chapter.md', 'other/course.yaml']),
  );
});

test('a figure is found by its address alone, and a link out of the folder is none', async () => {
  await write('unix/06-docker/figures/x.svg', '<svg/>');
  await symlink('/etc/hostname', path.join(content, 'unix/06-docker/figures/out.svg'));
  const library = await loadCourses(content, clock);
  expect(library.figureFile('unix', 'docker', 'figures/x.svg')).toBe(
    path.join(content, 'unix/06-docker/figures/x.svg'),
  );
  for (const address of [
    'figures/out.svg',
    '../chapter.md',
    'figures/../chapter.md',
    'checks/ok.sh',
    '/etc/hostname',
  ]) {
    expect(
      code(() => library.figureFile('unix', 'docker', address)),
      address,
    ).toBe('not_found');
  }
});

test('a French chapter is given where it exists and matches, English otherwise', async () => {
  await write('unix/course.yaml', `${COURSE}translations: { fr: { title: Cours, summary: R } }\n`);
  await write('unix/06-docker/chapter.fr.md', (FRONT + STEP).replace('title: T', 'title: Titre'));
  await write(
    'unix/07-more/chapter.md',
    FRONT +
      STEP.replace(' check="ok"', '').replace(
        'Text.',
        '::::question{kind="text" accept="x"}\n:::explanation\nE\n:::\n::::',
      ),
  );
  const library = await loadCourses(content, clock);
  expect(library.problems()).toEqual([]);
  expect(library.chapter('unix', 'docker', 'fr')).toMatchObject({ title: 'Titre', language: 'fr' });
  expect(library.chapter('unix', 'more', 'fr').language).toBe('en');
  expect(library.list('fr')).toMatchObject([{ title: 'Cours', chapters: [{ title: 'Titre' }, { title: 'T' }] }]);
});

test('a French chapter that does other things than the English one is refused', async () => {
  await write('unix/06-docker/chapter.fr.md', FRONT + STEP.replace('docker ps', 'docker images'));
  const library = await loadCourses(content, clock);
  expect(library.chapter('unix', 'docker', 'fr').language).toBe('en');
  expect(library.problems()).toMatchObject([
    { at: 'unix/06-docker/chapter.fr.md', what: expect.stringContaining('runnable commands') },
  ]);
});

test('what a course asks of its sandboxes is read, and a course that asks nothing has the mirror', async () => {
  const library = await loadCourses(content, clock);
  expect(library.course('unix').sandbox).toEqual({ network: 'mirror' });
  const version = library.course('unix').version;
  await write(
    'unix/course.yaml',
    `${COURSE}sandbox: { network: internet, memoryMiB: 512, idleMinutes: 30, pool: 3 }\n`,
  );
  const asked = { network: 'internet', memoryMiB: 512, idleMinutes: 30, pool: 3 };
  expect(later(library).course('unix').sandbox).toEqual(asked);
  expect(library.course('unix').version).toBe(version);
});

test('what differs from student to student is declared for all chapters, and told by line where it cannot be read', async () => {
  await write('unix/course.yaml', `${COURSE}values:\n  port: {kind: port}\n`);
  await write('unix/06-docker/chapter.md', FRONT + STEP.replace('Text.', 'On {{port}}.'));
  const library = await loadCourses(content, clock);
  expect(library.problems()).toEqual([]);
  const { version, values } = library.chapter('unix', 'docker');
  expect(Object.keys(values)).toEqual(['port']);
  await write('unix/course.yaml', `${COURSE}values:\n  port: {kind: port, to: 8100}\n`);
  expect(later(library).chapter('unix', 'docker').version).not.toBe(version);
  await write('unix/course.yaml', `${COURSE}values:\n  port: {kind: prot}\n`);
  expect(later(library).chapter('unix', 'docker').values.port).toMatchObject({ to: 8100 });
  expect(library.problems()).toMatchObject([
    {
      at: 'unix/course.yaml:6',
      what: expect.stringContaining('values.port.kind'),
      remedy: expect.stringContaining('kind: port'),
    },
  ]);
});

test('a value of a chapter cannot hide one of the course, and both languages declare the same', async () => {
  await write('unix/course.yaml', `${COURSE}values:\n  port: {kind: port}\n`);
  const own = (values: string) => FRONT.replace('minutes: 5\n', `minutes: 5\nvalues: {${values}}\n`);
  await write('unix/06-docker/chapter.md', own('port: {kind: port}') + STEP);
  const library = await loadCourses(content, clock);
  expect(library.problems()).toMatchObject([{ what: expect.stringContaining('the course has a value of that name') }]);
  await write('unix/06-docker/chapter.md', own('name: {kind: word, list: trees}') + STEP);
  await write('unix/06-docker/chapter.fr.md', own('name: {kind: word, list: animals}') + STEP);
  later(library).list();
  expect(library.problems()).toMatchObject([{ what: 'its values are not those of the English text' }]);
});

test('a sandbox part that cannot be read is told to its author, and the last readable one stays', async () => {
  await write('unix/course.yaml', `${COURSE}sandbox: { network: none }\n`);
  const library = await loadCourses(content, clock);
  await write('unix/course.yaml', `${COURSE}sandbox: { network: everything, memory: 512, pids: 3 }\n`);
  expect(later(library).course('unix').sandbox).toEqual({ network: 'none' });
  const problems = library.problems();
  expect(problems.map(({ what }) => what.split(':')[0])).toEqual(['sandbox.pids', 'sandbox.network', 'sandbox']);
  for (const { at, remedy } of problems) {
    expect(at).toBe('unix/course.yaml:5');
    expect(remedy).toContain('none, mirror, internet');
  }
});

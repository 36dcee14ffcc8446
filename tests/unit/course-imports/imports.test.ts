import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { newerVersion } from '#server/course-imports/course-imports.ts';
import { stepChanges } from '#server/courses/step-changes.ts';
import { archive, bring, importsForTests } from '../../support/imports-for-tests.ts';
import { tarOf, zipOf } from '../../support/packed-course.ts';

const place = importsForTests();
const directory = () => ({ kind: 'directory' as const, directory: place.courseDir() });
const edit = (file: string, change: (text: string) => string) => {
  const at = path.join(place.courseDir(), file);
  writeFileSync(at, change(readFileSync(at, 'utf8')));
};
const CHAPTER = '01-first-steps/chapter.md';

test('a course of a folder is there at once, and after a restart, with its checks and figures', async () => {
  mkdirSync(path.join(place.courseDir(), '01-first-steps/figures'));
  writeFileSync(path.join(place.courseDir(), '01-first-steps/figures/x.svg'), '<svg/>');
  for (const file of [CHAPTER, '01-first-steps/chapter.fr.md'])
    edit(file, (text) => text.replace('`echo`', '![A figure](figures/x.svg)\n\n`echo`'));
  const imports = await place.open();
  const report = await bring(imports, directory());
  expect(report).toMatchObject({
    outcome: 'imported',
    courseId: 'files-basics--v1',
    number: 1,
    ignored: [],
    images: [],
  });
  for (const { library } of [imports, await place.open()]) {
    expect(library.list().map(({ courseId }) => courseId)).toContain('files-basics--v1');
    expect(library.step('files-basics--v1', 'first-steps/write-a-file').check?.script).toContain('pass()');
    expect(library.chapter('files-basics--v1', 'first-steps', 'fr').title).toBe('Premiers pas');
    const figure = library.figureFile('files-basics--v1', 'first-steps', 'figures/x.svg');
    expect(readFileSync(figure, 'utf8')).toBe('<svg/>');
    expect(JSON.stringify(library.chapter('files-basics--v1', 'first-steps').steps)).toContain(
      '/api/course-files/files-basics--v1/first-steps/figures/x.svg',
    );
    expect(library.course('virtualization').title).toBe('Virtualization');
  }
});

test.each([
  ['tar', async () => tarOf(place.members())],
  ['tar.gz', async () => gzipSync(await tarOf(place.members()))],
  [
    'tar with folders and litter',
    async () =>
      tarOf([
        { name: './files-basics/', type: 'directory' },
        ...place.members().map((one) => ({ ...one, name: `./${one.name}` })),
        { name: 'files-basics/._chapter.md', content: 'x' },
      ]),
  ],
  ['zip', async () => zipOf(place.members())],
  [
    'zip without packing',
    async () =>
      zipOf([
        { name: 'files-basics/', content: '', method: 0 },
        ...place.members().map((one) => ({ ...one, method: 0 })),
      ]),
  ],
])('a %s brings the same course as the folder', async (_name, make) => {
  const imports = await place.open();
  await bring(imports, directory());
  expect(await bring(imports, archive(await make()))).toMatchObject({ outcome: 'unchanged', number: 1, ignored: [] });
  expect(place.left()).toEqual([]);
});

test('each change is a version of its own; the one before it stays as it was', async () => {
  const imports = await place.open();
  await bring(imports, directory());
  for (const file of [CHAPTER, '01-first-steps/chapter.fr.md'])
    edit(file, (text) => text.replace('id="what-happened"', 'id="why"'));
  edit('01-first-steps/checks/write-a-file.sh', (text) => text.replace('-qiw', '-qi'));
  expect(await bring(imports, directory())).toMatchObject({ outcome: 'imported', courseId: 'files-basics--v2' });
  const { library } = imports;
  expect(library.course('files-basics--v1').chapters[0]?.steps[1]?.stepId).toBe('what-happened');
  expect(stepChanges(library.course('files-basics--v1'), library.course('files-basics--v2'))).toEqual({
    added: ['What happened?'],
    removed: ['What happened?'],
    changed: ['Write a file'],
  });
  expect(library.offered().map(({ courseId }) => courseId)).toEqual(['virtualization', 'files-basics--v2']);
  expect(newerVersion(library, 'files-basics--v1')).toBe('files-basics--v2');
  expect(newerVersion(library, 'files-basics--v2')).toBeNull();
  expect(newerVersion(library, 'virtualization')).toBeNull();
});

test('what is kept cannot be written by accident, and what lies beside it is not looked at again', async () => {
  const imports = await place.open();
  await bring(imports, directory());
  const kept = path.join(place.home(), 'files-basics/1/files-basics', CHAPTER);
  expect(statSync(kept).mode & 0o777).toBe(0o444);
  rmSync(place.courseDir(), { recursive: true });
  expect((await place.open()).library.course('files-basics--v1').title).toBe('Files basics');
});

test('a removed version is gone, and its number is never given again', async () => {
  const imports = await place.open();
  await bring(imports, directory());
  await imports.remove('files-basics--v1');
  expect(() => imports.library.course('files-basics--v1')).toThrow(expect.objectContaining({ code: 'course_unknown' }));
  await expect(imports.remove('files-basics--v1')).rejects.toMatchObject({ code: 'not_found' });
  expect(await bring(await place.open(), directory())).toMatchObject({ outcome: 'imported', number: 2 });
});

test('a course with a mistake is not shown: its author is told file, line and what to do', async () => {
  edit(CHAPTER, (text) => text.replace('check="write-a-file"', 'check="gone"'));
  const imports = await place.open();
  const report = await bring(imports, directory());
  expect(report).toMatchObject({ outcome: 'refused' });
  expect(report.findings[1]).toMatchObject({
    severity: 'error',
    file: 'files-basics/01-first-steps/chapter.md',
    line: 9,
  });
  expect(imports.library.list().map(({ courseId }) => courseId)).toEqual(['virtualization']);
  expect(place.left()).toEqual([]);
});

test('what is no part of a course is passed over and named, the lab image among it', async () => {
  mkdirSync(path.join(place.courseDir(), 'sandbox'));
  writeFileSync(path.join(place.courseDir(), 'sandbox/Dockerfile'), 'FROM scratch');
  writeFileSync(path.join(place.courseDir(), 'notes.txt'), 'x');
  symlinkSync('/etc/passwd', path.join(place.courseDir(), 'link.txt'));
  const report = await bring(await place.open(), directory());
  expect(report).toMatchObject({ outcome: 'imported' });
  expect('ignored' in report && report.ignored.toSorted()).toEqual(['link.txt', 'notes.txt', 'sandbox/']);
});

test.each<[string, () => string, string]>([
  ['a path that is not whole', () => 'files-basics', 'is not a whole path'],
  ['no folder', () => path.join(place.above(), 'none'), 'is no folder that the server can read'],
  ['the server’s own data', () => path.join(place.home(), 'x'), 'is the server’s own data'],
])('%s is refused', async (_name, where, what) => {
  const report = await bring(await place.open(), { kind: 'directory', directory: where() });
  expect(report).toMatchObject({ outcome: 'refused', findings: [{ what: expect.stringContaining(what) }] });
});

test('a link where a file of the course belongs is refused, not followed', async () => {
  rmSync(path.join(place.courseDir(), CHAPTER));
  symlinkSync('/etc/passwd', path.join(place.courseDir(), CHAPTER));
  expect(await bring(await place.open(), directory())).toMatchObject({
    outcome: 'refused',
    findings: [{ file: `files-basics/${CHAPTER}`, what: 'is a link' }],
  });
});

test('the name of a course of this server is not taken, nor one that looks like a version', async () => {
  const imports = await place.open();
  for (const name of ['virtualization', 'mine--v3']) {
    const members = place.members().map((one) => ({ ...one, name: one.name.replace('files-basics', name) }));
    const report = await bring(imports, archive(await tarOf(members)));
    expect(report).toMatchObject({
      outcome: 'refused',
      findings: [{ what: 'is the name of a course of this server' }],
    });
  }
});

test('two imports at once get two numbers', async () => {
  const imports = await place.open();
  const first = archive(await tarOf(place.members()));
  edit(CHAPTER, (text) => text.replace('Nobody else', 'No one else'));
  const reports = await Promise.all([bring(imports, first), bring(imports, directory())]);
  expect(reports.map((report) => 'number' in report && report.number)).toEqual([1, 2]);
});

test('what a process that died was bringing is taken away by the next', async () => {
  mkdirSync(path.join(place.home(), 'incoming/7-1/half'), { recursive: true });
  const imports = await place.open();
  expect(place.left()).toEqual([]);
  expect(imports.views(() => 0)).toEqual([]);
});

test('the list for the admin says where each version came from, newest first', async () => {
  const imports = await place.open();
  await bring(imports, directory());
  expect(imports.views((id) => (id === 'files-basics--v1' ? 3 : 0))).toEqual([
    {
      courseId: 'files-basics--v1',
      family: 'files-basics',
      number: 1,
      title: 'Files basics',
      steps: 2,
      importedAt: expect.stringMatching(/Z$/),
      importedBy: 'Ada',
      origin: { kind: 'directory', where: place.courseDir(), revision: null },
      classes: 3,
    },
  ]);
});

import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imagesOfCourse } from '#server/authoring/export/images-of-course.ts';
import { packCourse } from '#server/authoring/export/pack-course.ts';
import { newCourse } from '#server/authoring/new-course.ts';
import { CourseImports } from '#server/course-imports/course-imports.ts';
import { loadCourses } from '#server/courses/course-library.ts';
import { layoutEntries, tarOf, testImage } from '../../support/image-archives.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { archiveOf, openMirror, type TestMirror } from '../../support/mirror-for-tests.ts';

/** A course and its images leave one server and come to another that has no internet. */
const contentDir = path.resolve('content');
const known = { defaults: ['docker.io'], mirror: 'registry.lab' };
const signal = new AbortController().signal;
let above: string;
let from: TestMirror;
let to: TestMirror;
const courseDir = () => path.join(above, 'tools-basics');

beforeAll(async () => {
  above = mkdtempSync(path.join(tmpdir(), 'export-'));
  newCourse({ courseDir: courseDir(), contentDir });
  for (const name of ['chapter.md', 'chapter.fr.md']) {
    const file = path.join(courseDir(), '01-first-steps', name);
    const words = '`docker pull team/tool:1.0`, `docker run tool alpine`, `docker pull gone:2`';
    writeFileSync(file, readFileSync(file, 'utf8').replace('`echo`', `${words}: \`echo\``));
  }
  writeFileSync(path.join(courseDir(), 'notes.txt'), 'private');
  [from, to] = [await openMirror(), await openMirror()];
  await Promise.all([from.mirror.start(), to.mirror.start()]);
  await from.mirror.load(await archiveOf('team/tool:1.0', 'one'));
  await from.mirror.load(Readable.from([await tarOf(layoutEntries(await testImage({ a: 'two' }), 'tool:latest'))]));
  await from.mirror.load(await archiveOf('unused:1', 'three'));
});
afterAll(async () => {
  await Promise.all([from?.close(), to?.close()]);
  rmSync(above, { recursive: true });
});

async function imports() {
  return CourseImports.open({
    tree: await loadCourses(contentDir),
    contentDir,
    home: path.join(above, 'home/courses'),
    productHome: path.join(above, 'home'),
    git: { trustedHosts: [], caFile: null },
    loadImages: (archive, abort) => to.mirror.load(archive, abort),
    clock: new ManualClock(),
  });
}

const bring = async (file: string) => {
  const source = { kind: 'archive' as const, archive: createReadStream(file), name: path.basename(file) };
  return (await imports()).import({ source, importedBy: 'Ada', signal });
};
const namesIn = async (mirror: TestMirror) =>
  (await mirror.mirror.view()).images.map(({ repository, tag, digest }) => `${repository}:${tag} ${digest}`);

test('the images that a course names are found among those of the mirror; what it lacks is said', async () => {
  const { images } = await from.mirror.view();
  const found = imagesOfCourse({ courseDir: courseDir(), images, known, more: [] });
  expect(found.needed.map(({ repository }) => repository).toSorted()).toEqual(['library/tool', 'team/tool']);
  expect(found.missing).toEqual(['library/gone:2']);
  const more = imagesOfCourse({ courseDir: courseDir(), images, known, more: ['unused:1', 'none'] });
  expect(more.needed).toHaveLength(3);
  expect(more.missing).toEqual(['library/none:latest', 'library/gone:2']);
});

test('one archive brings the course and its images, byte for byte; the same again brings nothing new', async () => {
  const { images } = await from.mirror.view();
  const { needed } = imagesOfCourse({ courseDir: courseDir(), images, known, more: [] });
  const file = path.join(above, 'tools.tar');
  const pack = async () => packCourse({ courseDir: courseDir(), file, images: await from.mirror.save(needed), signal });
  expect(await pack()).toEqual(['notes.txt']);
  expect(readdirSync(above).filter((name) => name.startsWith('tools.tar.'))).toEqual([]);
  expect(await bring(file)).toMatchObject({
    outcome: 'imported',
    courseId: 'tools-basics--v1',
    images: expect.arrayContaining(['team/tool:1.0', 'tool:latest'].map((name) => expect.stringContaining(name))),
  });
  const wanted = (await namesIn(from)).filter((name) => !name.includes('unused'));
  expect((await namesIn(to)).toSorted()).toEqual(wanted.toSorted());
  const bytes = readFileSync(file);
  await pack();
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect(await bring(file)).toMatchObject({ outcome: 'unchanged', number: 1 });
});

test('a course with errors brings no image either', async () => {
  const { images } = await from.mirror.view();
  const needed = images.filter(({ repository }) => repository === 'library/unused');
  rmSync(path.join(courseDir(), '01-first-steps/checks/write-a-file.sh'));
  const file = path.join(above, 'broken.tar');
  await packCourse({ courseDir: courseDir(), file, images: await from.mirror.save(needed), signal });
  expect(await bring(file)).toMatchObject({ outcome: 'refused' });
  expect((await namesIn(to)).join()).not.toContain('unused');
});

test('an image that the mirror has not is refused before anything is written', async () => {
  await expect(from.mirror.save([{ repository: 'library/none', tag: '1' }])).rejects.toMatchObject({
    code: 'not_found',
  });
});

import { existsSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { archive, bring, importsForTests, packed, small } from '../../support/imports-for-tests.ts';
import { tarOf, zipOf } from '../../support/packed-course.ts';

const place = importsForTests();

async function refused(source: Parameters<typeof bring>[1], overrides = {}) {
  const imports = await place.open(overrides);
  const report = await bring(imports, source);
  expect(report.outcome).toBe('refused');
  expect(place.left()).toEqual([]);
  expect(imports.library.list()).toHaveLength(1);
  return `${report.findings[0]?.file}: ${report.findings[0]?.what}`;
}

const OUT = [
  '../evil.sh',
  'course/../../evil.sh',
  '/tmp/evil.sh',
  'course\\..\\evil.sh',
  'course/a\u0001b',
  'course/01-a/../../../x',
];

test.each(OUT)('a name that leads out, or hides something, refuses a tar: %j', async (name) => {
  expect(await refused(await packed({ name, content: 'x' }))).toMatch(/leads out|characters|beside/);
  expect(existsSync(path.join(place.above(), 'evil.sh'))).toBe(false);
});

test.each(OUT)('and a zip: %j', async (name) => {
  expect(await refused(archive(zipOf([{ name, content: 'x' }])))).toMatch(/leads out|characters|beside/);
});

test.each(['symlink', 'link'] as const)('a %s in the place of a text refuses the archive', async (type) => {
  const link = { name: 'course/01-a/chapter.md', type, linkname: '/etc/passwd' };
  expect(await refused(await packed({ name: 'course/course.yaml', content: 'x' }, link))).toContain('is a link');
});

test('a link in a zip refuses it', async () => {
  const link = { name: 'course/course.yaml', content: '/etc/passwd', mode: 0o120777 };
  expect(await refused(archive(zipOf([link])))).toContain('is a link');
});

test.each(['character-device', 'fifo'] as const)('a %s refuses the archive', async (type) => {
  expect(await refused(await packed({ name: 'course/course.yaml', type }))).toContain(`is a ${type}`);
});

test('a folder beside the course, a file without one, and a name that no course has are refused', async () => {
  const course = { name: 'course/course.yaml', content: 'x' };
  expect(await refused(await packed(course, { name: 'other/course.yaml', content: 'x' }))).toContain(
    'beside the folder',
  );
  expect(await refused(await packed({ name: 'course.yaml', content: 'x' }))).toContain('lies beside the course');
  expect(await refused(await packed({ name: 'My Course/course.yaml', content: 'x' }))).toContain('cannot be the name');
  expect(await refused(await packed(course, course))).toContain('is in it twice');
  expect(await refused(await packed())).toContain('there is no course in it');
});

test('a bomb is broken off: packed, in number, in size, and in what is passed over', async () => {
  const zeros = Buffer.alloc(3_000_000);
  const limits = small({ unpackedBytes: 1_000_000, entries: 20, packedBytes: 100_000 });
  const bomb = await tarOf([{ name: 'course/movie.bin', content: zeros }]);
  expect(await refused(archive(gzipSync(bomb)), { limits })).toContain('more than 1000000 bytes');
  expect(await refused(archive(zipOf([{ name: 'course/README', content: zeros }])), { limits })).toContain('more than');
  const many = Array.from({ length: 30 }, (_, i) => ({ name: `course/${i}.txt`, content: '' }));
  expect(await refused(await packed(...many), { limits })).toContain('more than 20 files');
  const large = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 251));
  expect(await refused(archive(zipOf([{ name: 'course/a', content: large, method: 0 }])), { limits })).toContain(
    '100000',
  );
});

test('a text that is larger than any text is refused', async () => {
  const text = Buffer.alloc(2 * 1024 ** 2, 'a');
  expect(await refused(await packed({ name: 'course/01-a/chapter.md', content: text }))).toContain('more than 1048576');
});

test('a zip that lies about a size, is encrypted, or packed in another way is refused', async () => {
  const name = 'course/course.yaml';
  const content = Buffer.alloc(5_000, 'a');
  expect(await refused(archive(zipOf([{ name, content, size: 10 }])))).toContain('announced size');
  expect(await refused(archive(zipOf([{ name, content, size: 9_000 }])))).toContain('is damaged');
  expect(await refused(archive(zipOf([{ name, content, flags: 1 }])))).toContain('encrypted');
  expect(await refused(archive(zipOf([{ name, content, method: 12 }])))).toContain('way that is not read');
});

test('what is cut off, or no archive at all, is refused in words', async () => {
  const whole = await tarOf(place.members());
  const zip = zipOf(place.members());
  expect(await refused(archive(whole.subarray(0, 5_000)))).toMatch(/cannot be read|cut off/);
  expect(await refused(archive(gzipSync(whole).subarray(0, 900)))).toContain('cannot be read');
  expect(await refused(archive(zip.subarray(0, zip.length - 30)))).toContain('no end');
  expect(await refused(archive(Buffer.from('hello, this is a text\n'.repeat(100))))).toContain('cannot be read');
  expect(await refused(archive(Buffer.alloc(0)))).toContain('there is no course in it');
});

test('no bytes make the readers fail in another way than by a refusal', async () => {
  const imports = await place.open();
  const zip = zipOf(place.members());
  const tar = await tarOf(place.members());
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(zip, tar),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 30 }),
      async (good, changes) => {
        const bytes = Buffer.from(good);
        // The directory of a zip and the heads of a tar are where a byte matters most.
        for (const [at, value] of changes) bytes[(at * 7) % bytes.length] = value;
        const { outcome } = await bring(imports, archive(bytes));
        expect(['refused', 'imported', 'unchanged']).toContain(outcome);
      },
    ),
    { numRuns: 40 },
  );
  expect(place.left()).toEqual([]);
});

test('a course that cannot be looked over in its bounds is refused, and the server goes on', async () => {
  const deep = `${'> '.repeat(60_000)}x\n`;
  const imports = await place.open({ patienceMs: 2_000 });
  const source = await packed(
    { name: 'course/course.yaml', content: 'title: x' },
    { name: 'course/01-a/chapter.md', content: deep },
  );
  expect((await bring(imports, source)).outcome).toBe('refused');
  expect(imports.library.list()).toHaveLength(1);
});

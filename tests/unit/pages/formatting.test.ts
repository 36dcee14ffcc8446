import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePassword, passwordHint } from '#components/account/password-strength.ts';
import { formatBytes, pressure, sharePercent } from '#components/admin/format-bytes.ts';
import { applyImageEvent } from '#components/admin/image-event.ts';
import { filterSandboxes, sortSandboxes } from '#components/admin/sandbox-filter.ts';
import { ageOf } from '#components/classroom/age.ts';
import { formatCode, plainCode } from '#components/classroom/join-code.ts';
import type { LiveEvent } from '#server/shared/protocol.ts';
import type { ImageView, SandboxRow } from '#server/shared/views.ts';
import { minutesAgo, NOW } from './sample.ts';

test('ages are told in the largest unit that fits', () => {
  expect(ageOf(minutesAgo(0), NOW)).toEqual({ unit: 'now', count: 0 });
  expect(ageOf(minutesAgo(0.5), NOW)).toEqual({ unit: 'seconds', count: 30 });
  expect(ageOf(minutesAgo(7), NOW)).toEqual({ unit: 'minutes', count: 7 });
  expect(ageOf(minutesAgo(47 * 60), NOW)).toEqual({ unit: 'hours', count: 47 });
  expect(ageOf(minutesAgo(48 * 60), NOW)).toEqual({ unit: 'days', count: 2 });
});

test('a time that is ahead of our clock, or no time at all, reads as now', () => {
  expect(ageOf(minutesAgo(-3), NOW).unit).toBe('now');
  expect(ageOf('never', NOW).unit).toBe('now');
});

test('bytes read as a person says them, in either language', () => {
  expect(formatBytes(0, 'en')).toBe('0\u00a0B');
  expect(formatBytes(1536, 'en')).toBe('1.5\u00a0KiB');
  expect(formatBytes(4 * 1024 ** 3, 'en')).toBe('4\u00a0GiB');
  expect(formatBytes(1.44 * 1024 ** 3, 'fr')).toBe('1,4\u00a0Gio');
  expect(formatBytes(734 * 1024 ** 2, 'fr')).toBe('734\u00a0Mio');
});

test('any number of bytes has at most four figures', () => {
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
      expect(formatBytes(bytes, 'en')).toMatch(/^\d{1,4}(\.\d)?\u00a0[KMGT]?i?B$/);
    }),
  );
});

test('shares stay between nothing and all', () => {
  expect(sharePercent(1, 0)).toBe(0);
  expect(sharePercent(9, 8)).toBe(100);
  expect([pressure(79), pressure(80), pressure(95)]).toEqual(['fine', 'tight', 'full']);
});

test('a class code is read however it is typed', () => {
  for (const typed of ['KITE-42', 'kite 42', ' Kite–42 ', 'kite42', 'ｋｉｔｅ42'])
    expect(plainCode(typed)).toBe('KITE42');
  expect(formatCode('KITE42')).toBe('KITE-42');
  expect(formatCode('kite-42')).toBe('KITE-42');
});

test('password hints go by length first', () => {
  expect(passwordHint('')).toBe('empty');
  expect(passwordHint('Tr0ub4d&')).toBe('short');
  expect(passwordHint('aaaaaaaaaaaaaaaa')).toBe('plain');
  expect(passwordHint('four words ok')).toBe('good');
  expect(passwordHint('kiteharbor')).toBe('fair');
});

test('a generated password is readable aloud and good', () => {
  const password = makePassword((bytes) => crypto.getRandomValues(bytes));
  expect(password).toMatch(/^([a-km-np-z2-9]{4}-){3}[a-km-np-z2-9]{4}$/);
  expect(password).not.toMatch(/[lo01]/);
});

type ImageEvent = Extract<LiveEvent, { type: 'image' }>;

const image: ImageView = {
  courseId: 'virtualization',
  tag: null,
  phase: 'failed',
  percent: null,
  startedAt: null,
  finishedAt: null,
  sizeBytes: null,
  error: 'no space left on device',
  log: ['old'],
};
const event: ImageEvent = {
  type: 'image',
  courseId: 'virtualization',
  phase: 'building',
  percent: 12,
  lines: ['Step 1'],
};

test('a build that begins again clears the error and the old log', () => {
  const [after] = applyImageEvent([image], event);
  expect(after).toMatchObject({ phase: 'building', percent: 12, error: null, log: ['Step 1'] });
});

test('a build that goes on adds to its log, and keeps only so much of it', () => {
  let images = applyImageEvent([image], event);
  for (let i = 0; i < 500; i++) images = applyImageEvent(images, { ...event, lines: [`line ${i}`] });
  expect(images[0]?.log).toHaveLength(400);
  expect(images[0]?.log.at(-1)).toBe('line 499');
});

test("another course's build, or a phase nobody knows, changes nothing it should not", () => {
  expect(applyImageEvent([image], { ...event, courseId: 'unix' })[0]).toBe(image);
  expect(applyImageEvent([image], { ...event, phase: 'dreaming' })[0]?.phase).toBe('failed');
});

const sandbox = (owner: string, given: Partial<SandboxRow> = {}): SandboxRow => ({
  sandboxId: `s-${owner}`,
  owner,
  isCopy: false,
  classTitle: 'Unix 2026',
  courseId: 'virtualization',
  driver: 'docker',
  phase: 'ready',
  ending: null,
  createdAt: minutesAgo(10),
  cpuPercent: null,
  memoryBytes: null,
  diskBytes: null,
  lastActiveAt: null,
  warning: null,
  ...given,
});

test('sandboxes are found by any words of owner, class or course, accents aside', () => {
  const rows = [sandbox('Théo R.'), sandbox('Ada B.', { phase: 'booting' })];
  expect(filterSandboxes(rows, { text: 'theo unix', phase: 'all' }).map((row) => row.owner)).toEqual(['Théo R.']);
  expect(filterSandboxes(rows, { text: '', phase: 'booting' }).map((row) => row.owner)).toEqual(['Ada B.']);
  expect(filterSandboxes(rows, { text: 'nobody', phase: 'all' })).toEqual([]);
});

test('sandboxes sort from large to small, the unknown last', () => {
  const rows = [
    sandbox('A'),
    sandbox('B', { memoryBytes: 5 }),
    sandbox('C', { memoryBytes: 9, createdAt: minutesAgo(60) }),
  ];
  expect(sortSandboxes(rows, 'memory', 'en').map((row) => row.owner)).toEqual(['C', 'B', 'A']);
  expect(sortSandboxes(rows, 'age', 'en')[0]?.owner).toBe('C');
  expect(sortSandboxes(rows, 'owner', 'en').map((row) => row.owner)).toEqual(['A', 'B', 'C']);
});

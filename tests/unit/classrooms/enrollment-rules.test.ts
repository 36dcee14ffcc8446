import { expect, test } from 'vitest';
import { chapterPath, mostRecentlyUsed } from '#server/classrooms/enrollment-rules.ts';

const day = (n: number) => new Date(Date.UTC(2030, 0, n));

test('the class used last wins; one joined since counts as used then', () => {
  const old = { createdAt: day(1), lastSeenAt: day(5) };
  const joined = { createdAt: day(4), lastSeenAt: null };
  expect(mostRecentlyUsed([joined, old])).toBe(old);
  expect(mostRecentlyUsed([old, { ...joined, createdAt: day(6) }])).toMatchObject({ createdAt: day(6) });
  expect(mostRecentlyUsed([])).toBeNull();
});

const chapters = [{ chapterId: 'intro' }, { chapterId: 'docker' }];
const place = { courseId: 'virtualization', classroomId: 'c1', chapters };

test('coming back leads to the chapter of the current step', () => {
  expect(chapterPath({ ...place, currentStep: 'docker/run' })).toBe('/learn/virtualization/docker?class=c1');
});

test('a new student, and one whose chapter is gone, begin at the first chapter', () => {
  expect(chapterPath({ ...place, currentStep: null })).toBe('/learn/virtualization/intro?class=c1');
  expect(chapterPath({ ...place, currentStep: 'gone/run' })).toBe('/learn/virtualization/intro?class=c1');
});

test('a course without chapters leads to the start page', () => {
  expect(chapterPath({ ...place, currentStep: null, chapters: [] })).toBe('/');
});

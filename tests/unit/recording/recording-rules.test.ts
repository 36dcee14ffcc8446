import { expect, test } from 'vitest';
import { deletedAt, isTold, KEPT_RECORDINGS, surplusOf } from '#server/classrooms/recording-rules.ts';
import { recordingSetting } from '#server/shared/recording-policy.ts';

const startedAt = new Date('2030-01-01T09:00:00Z');
const endedAt = new Date('2030-01-01T10:00:00Z');
const day = (iso: string) => new Date(iso);

test('its days are counted from its end, or from its beginning while it has none', () => {
  expect(deletedAt({ startedAt, endedAt, keepDays: 14 }, 14)).toEqual(day('2030-01-15T10:00:00Z'));
  expect(deletedAt({ startedAt, endedAt: null, keepDays: 14 }, 14)).toEqual(day('2030-01-15T09:00:00Z'));
});

test('it is never kept for longer than its student was told', () => {
  expect(deletedAt({ startedAt, endedAt, keepDays: 7 }, 90)).toEqual(day('2030-01-08T10:00:00Z'));
});

test('a class that keeps for a shorter time now shortens older ones', () => {
  expect(deletedAt({ startedAt, endedAt, keepDays: 14 }, 2)).toEqual(day('2030-01-03T10:00:00Z'));
});

test('a class that records no more leaves them their time', () => {
  expect(deletedAt({ startedAt, endedAt, keepDays: 14 }, null)).toEqual(day('2030-01-15T10:00:00Z'));
});

test('who was told of fewer days than are kept now was not told', () => {
  expect(isTold(null, 14)).toBe(false);
  expect(isTold(7, 14)).toBe(false);
  expect(isTold(14, 14)).toBe(true);
  expect(isTold(30, 14)).toBe(true);
});

test('beyond a student’s share the oldest go, by number and by size', () => {
  const many = Array.from({ length: KEPT_RECORDINGS + 3 }, (_, index) => ({ id: index, sizeBytes: 1 }));
  expect(surplusOf(many).map(({ id }) => id)).toEqual([100, 101, 102]);
  const large = Array.from({ length: 4 }, (_, index) => ({ id: index, sizeBytes: 100 * 1024 * 1024 }));
  expect(surplusOf(large).map(({ id }) => id)).toEqual([2, 3]);
});

test('a setting is off or a whole number of days within bounds', () => {
  const isSound = (setting: unknown) => recordingSetting.safeParse(setting).success;
  for (const days of [null, 1, 14, 90]) expect(isSound({ days })).toBe(true);
  for (const days of [0, -1, 91, 1.5, '14', undefined]) expect(isSound({ days })).toBe(false);
  expect(isSound({ days: 14, more: true })).toBe(false);
});

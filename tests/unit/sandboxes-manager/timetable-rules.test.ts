import { expect, test } from 'vitest';
import { leadMs, wantedFor } from '#server/sandboxes/pool/timetable-rules.ts';

const start = new Date('2026-01-05T09:00:00Z');
const minutes = (count: number) => new Date(start.getTime() + count * 60_000);
const lesson = { startsAt: start, endsAt: minutes(90), seats: 30, seated: 0 };
const at = (minute: number, over: Partial<typeof lesson> = {}) =>
  wantedFor({ ...lesson, ...over }, { now: minutes(minute), creationMs: 10_000 });

test('the pool begins to fill as long before as it takes, within reason', () => {
  expect(leadMs(30, 10_000)).toBe(600_000);
  expect(leadMs(30, null)).toBe(900_000);
  expect(leadMs(1, 1000)).toBe(180_000);
  expect(leadMs(500, 60_000)).toBe(3_600_000);
});

test('a lesson wants its seats from then until its first minutes are over', () => {
  expect(at(-11)).toBe(0);
  expect(at(-10)).toBe(30);
  expect(at(0)).toBe(30);
  expect(at(9)).toBe(30);
  expect(at(10)).toBe(0);
});

test('none is made again for who has come', () => {
  expect(at(2, { seated: 12 })).toBe(18);
  expect(at(2, { seated: 31 })).toBe(0);
});

test('nothing is wanted for a lesson that is over', () => {
  expect(at(5, { endsAt: minutes(5) })).toBe(0);
});

import { expect, test } from 'vitest';
import { CreationTimes } from '#server/sandboxes/queue/creation-times.ts';
import { type Line, placesIn } from '#server/sandboxes/queue/queue-rules.ts';

const now = new Date('2026-01-05T09:00:00Z');
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const line = (over: Partial<Line>): Line => ({
  now,
  beginning: [],
  running: 0,
  concurrency: 2,
  creationMs: null,
  waiting: [],
  freeAt: [],
  ...over,
});
const here = (enrollmentId: string) => ({ enrollmentId, isPresent: true });
const away = (enrollmentId: string) => ({ enrollmentId, isPresent: false });

test('those who have a seat are made in their order, so many at once', () => {
  const places = placesIn(line({ beginning: ['a', 'b', 'c'], running: 2, creationMs: 3000 }));
  expect([...places.values()]).toEqual([
    { position: 1, estimateSeconds: 6 },
    { position: 2, estimateSeconds: 6 },
    { position: 3, estimateSeconds: 9 },
  ]);
});

test('before anything was measured nothing is promised', () => {
  const places = placesIn(line({ beginning: ['a'], waiting: [here('b')] }));
  expect(places.get('a')).toEqual({ position: 1, estimateSeconds: null });
  expect(places.get('b')).toEqual({ position: 2, estimateSeconds: null });
});

test('for a free seat the next known endings count, soonest first', () => {
  const freeAt = [inMinutes(20), inMinutes(5)];
  const places = placesIn(line({ waiting: [here('a'), here('b'), here('c')], freeAt, creationMs: 4000 }));
  expect(places.get('a')).toEqual({ position: 1, estimateSeconds: 304 });
  expect(places.get('b')).toEqual({ position: 2, estimateSeconds: 1204 });
  expect(places.get('c')).toEqual({ position: 3, estimateSeconds: null });
});

test('an empty chair holds nobody up, and keeps its place', () => {
  const places = placesIn(line({ waiting: [away('a'), here('b'), here('c')] }));
  expect(places.get('b')?.position).toBe(1);
  expect(places.get('c')?.position).toBe(2);
  expect(placesIn(line({ waiting: [here('a'), here('b')] })).get('a')?.position).toBe(1);
});

test('an ending that is overdue is not in the past', () => {
  expect(placesIn(line({ waiting: [here('a')], freeAt: [inMinutes(-1)] })).get('a')?.estimateSeconds).toBe(0);
});

test('only the newest creations tell how long one takes', () => {
  const times = new CreationTimes();
  expect(times.mean).toBeNull();
  times.add(60_000);
  for (let i = 0; i < 12; i++) times.add(2000 + (i % 2) * 1000);
  expect(times.mean).toBe(2500);
});

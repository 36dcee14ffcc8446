import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Health, MISSES, Supervision } from '#server/sandboxes/engine/supervision.ts';

vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

let health: Health;
let restarts: { attempt: number; reason: string }[];
let failures: number;
let supervision: Supervision;

beforeEach(() => {
  vi.useFakeTimers();
  health = 'answers';
  restarts = [];
  failures = 0;
  supervision = new Supervision({
    look: async () => health,
    onCalm: async () => undefined,
    async restart(why) {
      restarts.push(why);
      if (failures-- > 0) throw new Error('not this time');
      health = 'answers';
    },
  });
  supervision.begin();
});
afterEach(() => {
  supervision.end();
  vi.useRealTimers();
});

test('a daemon that ended is started again at once', async () => {
  health = 'ended';
  await vi.advanceTimersByTimeAsync(1000);
  expect(restarts).toEqual([{ attempt: 1, reason: 'dockerd ended' }]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(restarts).toHaveLength(1);
});

test('a daemon that is silent for a while is left alone; one that stays silent is not', async () => {
  health = 'silent';
  await vi.advanceTimersByTimeAsync(1000 * (MISSES - 1));
  health = 'answers';
  await vi.advanceTimersByTimeAsync(1000);
  health = 'silent';
  await vi.advanceTimersByTimeAsync(1000 * (MISSES - 1));
  expect(restarts).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(restarts).toEqual([{ attempt: 1, reason: 'dockerd did not answer 4 times in a row' }]);
});

test('a restart that fails is tried again, less and less often', async () => {
  health = 'ended';
  failures = 3;
  await vi.advanceTimersByTimeAsync(1000 + 500 + 1000);
  expect(restarts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  await vi.advanceTimersByTimeAsync(1900);
  expect(restarts).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(100);
  expect(restarts.at(-1)).toEqual({ attempt: 4, reason: 'dockerd did not start' });
});

test('an engine that somebody stopped on purpose is not started again', async () => {
  health = 'taken down';
  await vi.advanceTimersByTimeAsync(60_000);
  expect(restarts).toEqual([]);
});

test('nothing is started after the watch has ended, not even between two tries', async () => {
  health = 'ended';
  failures = 9;
  await vi.advanceTimersByTimeAsync(1000);
  supervision.end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(restarts).toHaveLength(1);
});

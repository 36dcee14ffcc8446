import { expect, test } from 'vitest';
import { clip, shareOf, stepProgressView } from '#server/progress/progress-rules.ts';
import { earnedPoints, sumPoints } from '#server/shared/points.ts';
import { NO_HELP } from '../../support/no-help.ts';

const NOTHING = {
  lastParts: '',
  share: 0,
  lastHint: '',
  sameFailures: 0,
  hintsShown: 0,
  solutionShownAt: null,
  solutionRunAt: null,
};

test('empty evidence is absent in the view', () => {
  const at = new Date(0);
  const evidence = {
    lastOutcome: 'failed',
    lastMessage: 'No.',
    lastSeen: '',
    lastWanted: '',
    lastCheckedAt: at,
    ...NOTHING,
  };
  expect(stepProgressView({ stepKey: 'a/b', tries: 1, passedAt: null, ...evidence })).toEqual({
    stepKey: 'a/b',
    tries: 1,
    passedAt: null,
    outcome: 'failed',
    message: 'No.',
    seen: null,
    wanted: null,
    checkedAt: at.toISOString(),
    ...NO_HELP,
  });
});

test('a long line is cut and says so', () => {
  expect(clip('short')).toBe('short');
  expect(clip('x'.repeat(5000))).toMatch(/^x+…$/);
  expect(clip('x'.repeat(5000))).toHaveLength(2000);
});

test('a share is rounded down: part of a step is never all of it', () => {
  const parts = (done: number, of: number) =>
    Array.from({ length: of }, (_, i) => ({ name: `${i}`, done: i < done, seen: '', wanted: '' }));
  expect(shareOf('failed', parts(2, 3))).toBe(66);
  expect(shareOf('failed', parts(3, 3))).toBe(99);
  expect(shareOf('failed', [])).toBe(0);
  expect(shareOf('fault', parts(2, 3))).toBe(0);
  expect(shareOf('passed', [])).toBe(100);
});

test('points are earned whole by a pass and in part by parts, in tenths', () => {
  expect(earnedPoints(2, null)).toBe(0);
  expect(earnedPoints(2, { passedAt: null, share: 66 })).toBe(1.3);
  expect(earnedPoints(1, { passedAt: null, share: 99 })).toBe(0.9);
  expect(earnedPoints(2, { passedAt: 'x', share: 0 })).toBe(2);
  const steps = ['a/1', 'a/2', 'a/3'].map((stepKey) => ({ stepKey, points: 1 }));
  const third = { passedAt: null, share: 33 };
  expect(sumPoints(steps, { 'a/1': third, 'a/2': third, 'a/gone': third })).toEqual({ earned: 0.6, total: 3 });
});

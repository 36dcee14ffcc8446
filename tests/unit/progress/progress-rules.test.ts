import { expect, test } from 'vitest';
import { clip, stepProgressView } from '#server/progress/progress-rules.ts';

test('empty evidence is absent in the view', () => {
  const at = new Date(0);
  const evidence = { lastOutcome: 'failed', lastMessage: 'No.', lastSeen: '', lastWanted: '', lastCheckedAt: at };
  expect(stepProgressView({ stepKey: 'a/b', tries: 1, passedAt: null, ...evidence })).toEqual({
    stepKey: 'a/b',
    tries: 1,
    passedAt: null,
    outcome: 'failed',
    message: 'No.',
    seen: null,
    wanted: null,
    checkedAt: at.toISOString(),
  });
});

test('a long line is cut and says so', () => {
  expect(clip('short')).toBe('short');
  expect(clip('x'.repeat(5000))).toMatch(/^x+…$/);
  expect(clip('x'.repeat(5000))).toHaveLength(2000);
});

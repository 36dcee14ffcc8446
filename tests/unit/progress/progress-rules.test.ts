import { describe, expect, test } from 'vitest';
import { clip, isRightAnswer, stepProgressView } from '#server/progress/progress-rules.ts';

const choices = {
  kind: 'choices' as const,
  choices: [
    { id: 'a', correct: true },
    { id: 'b', correct: false },
    { id: 'c', correct: true },
  ],
};
const text = { kind: 'text' as const, accept: ['user namespace', 'userns'] };

describe('choices', () => {
  test.each([
    [['a', 'c'], true],
    [['c', 'a', 'a'], true],
    [['a'], false],
    [['a', 'b', 'c'], false],
    [['a', 'c', 'z'], false],
    [[], false],
  ])('%j: %s', (ids, right) => {
    expect(isRightAnswer(choices, { kind: 'choices', ids })).toBe(right);
  });
});

describe('texts', () => {
  test.each([
    ['user namespace', true],
    ['  User   NAMESPACE ', true],
    ['ｕｓｅｒｎｓ', true],
    ['namespace', false],
    ['', false],
  ])('%j: %s', (typed, right) => {
    expect(isRightAnswer(text, { kind: 'text', text: typed })).toBe(right);
  });
});

test('an answer of the wrong kind is wrong', () => {
  expect(isRightAnswer(text, { kind: 'choices', ids: ['userns'] })).toBe(false);
  expect(isRightAnswer(choices, { kind: 'text', text: 'a' })).toBe(false);
});

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

import { expect, test } from 'vitest';
import {
  automaticTarget,
  type CheckedStep,
  namedTarget,
  type Place,
  targetAfter,
} from '#server/checks/check-target.ts';

const check = { script: 'true', timeoutMs: 1000 };
const step = (stepKey: string, over: Partial<CheckedStep> = {}): CheckedStep => ({
  stepKey,
  needs: [],
  values: {},
  check,
  ...over,
});
const course = {
  chapters: [
    {
      version: 'v1',
      steps: [step('a/1'), step('a/question', { check: null }), step('a/3'), step('a/4', { needs: ['containers'] })],
    },
    { version: 'v1', steps: [step('b/1'), step('b/2')] },
  ],
};
const place = (here: string | null, passed: string[] = []): Place => ({
  course,
  here,
  passed: new Map(passed.map((stepKey) => [stepKey, new Date(0)])),
  capabilities: ['shell'],
});
const key = (place: Place) => automaticTarget(place)?.stepKey ?? null;

test('the step where the student is comes first, else the first of its chapter that has not passed', () => {
  expect(key(place('a/3'))).toBe('a/3');
  expect(key(place('a/3', ['a/3']))).toBe('a/1');
  expect(key(place('a/question', ['a/1']))).toBe('a/3');
  expect(key(place('b/1', ['b/1', 'b/2']))).toBe(null);
});

test('a student who is nowhere yet begins at the first step of the course', () => {
  expect(key(place(null))).toBe('a/1');
  expect(key(place('gone/step', ['a/1', 'a/3']))).toBe('b/1');
});

test('a step that the sandbox cannot offer is not looked at by itself, and refused when named', () => {
  expect(key(place('a/4', ['a/1', 'a/3']))).toBe(null);
  expect(namedTarget(place(null), 'a/4')).toBe('step_unavailable');
  expect(namedTarget(place(null), 'a/question')).toBe('step_unavailable');
  expect(namedTarget(place(null), 'x/y')).toBe('step_unknown');
  expect(namedTarget(place(null, ['a/1']), 'a/1')).toMatchObject({ stepKey: 'a/1' });
});

test('the chain goes on to the next open step of the chapter and ends with it', () => {
  const first = namedTarget(place(null), 'a/1');
  if (typeof first === 'string') throw new Error(first);
  expect(targetAfter(first, place(null))?.stepKey).toBe('a/3');
  expect(targetAfter(first, place(null, ['a/3']))).toBe(null);
});

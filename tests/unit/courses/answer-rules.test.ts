import { expect, test } from 'vitest';
import { isRightAnswer } from '#server/courses/answer-rules.ts';
import type { Question } from '#server/courses/course-model.ts';

const choices: Question = {
  kind: 'choices',
  explanation: '',
  choices: [
    { id: 'a', label: '', correct: true },
    { id: 'b', label: '', correct: false },
    { id: 'c', label: '', correct: true },
  ],
};
const text: Question = { kind: 'text', accept: ['Root', 'l’administrateur'], placeholder: '', explanation: '' };

test.each([
  [['a', 'c'], true],
  [['c', 'a', 'a'], true],
  [['a'], false],
  [['a', 'b', 'c'], false],
  [[], false],
])('choices %j are right: %s', (ids, right) => {
  expect(isRightAnswer(choices, { kind: 'choices', ids })).toBe(right);
});

test.each([
  [' root ', true],
  ['"ROOT".', true],
  ["L'Administrateur", true],
  ['toor', false],
  ['', false],
])('the text %j is right: %s', (given, right) => {
  expect(isRightAnswer(text, { kind: 'text', text: given })).toBe(right);
});

test('an answer of another kind than the question is wrong', () => {
  expect(isRightAnswer(choices, { kind: 'text', text: 'a' })).toBe(false);
  expect(isRightAnswer(text, { kind: 'choices', ids: ['a'] })).toBe(false);
});

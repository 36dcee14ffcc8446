import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Question } from '#server/courses/course-model.ts';
import { offered, questionView } from '#server/courses/course-views.ts';
import { judgeAnswer } from '#server/progress/answer-rules.ts';

const explanation = 'EXPLAINED';
const asked = { seed: 'seed', stepKey: 'docker/one' };
const isRight = (question: Question, answer: Parameters<typeof judgeAnswer>[1]) =>
  judgeAnswer(question, answer, asked).right;

const choices: Question = {
  kind: 'choices',
  choices: [
    { id: 'a', label: 'A', correct: true },
    { id: 'b', label: 'B', correct: false },
    { id: 'c', label: 'C', correct: true },
  ],
  explanation,
};
const text: Question = { kind: 'text', accept: ['user namespace', 'userns'], placeholder: '', explanation };
const order: Question = { kind: 'order', lines: ['pull', 'create', 'start', 'stop'], explanation };
const match: Question = {
  kind: 'match',
  heads: ['Tool', 'Kind'],
  pairs: [
    { left: 'Docker', right: 0 },
    { left: 'VirtualBox', right: 1 },
    { left: 'Apptainer', right: 0 },
  ],
  options: ['OS level', 'full', 'para'],
  explanation,
};
const free: Question = { kind: 'free', placeholder: '', explanation };

describe('choices', () => {
  test.each([
    [['a', 'c'], true],
    [['c', 'a', 'a'], true],
    [['a'], false],
    [['a', 'b', 'c'], false],
    [['a', 'c', 'z'], false],
    [[], false],
  ])('%j: %s', (ids, right) => {
    expect(isRight(choices, { kind: 'choices', ids })).toBe(right);
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
    expect(isRight(text, { kind: 'text', text: typed })).toBe(right);
  });
});

/** The ids of labels as this student's page has them. */
const idsOf = (all: readonly string[], wanted: readonly string[], whose = asked) =>
  wanted.map((label) => offered(all, whose).find((offer) => offer.label === label)?.id ?? 'none');

describe('an order', () => {
  const ids = (...lines: string[]) => ({ kind: 'order' as const, ids: idsOf(order.lines, lines) });

  test('is right line by line, and only whole', () => {
    expect(isRight(order, ids('pull', 'create', 'start', 'stop'))).toBe(true);
    expect(isRight(order, ids('pull', 'start', 'create', 'stop'))).toBe(false);
    expect(isRight(order, ids('pull', 'create', 'start'))).toBe(false);
    expect(isRight(order, ids('pull', 'create', 'start', 'stop', 'stop'))).toBe(false);
    expect(isRight(order, { kind: 'order', ids: ['1', '2', '3', '99'] })).toBe(false);
    expect(isRight(order, { kind: 'order', ids: [] })).toBe(false);
  });

  test('is kept for the teacher in words', () => {
    expect(judgeAnswer(order, ids('stop', 'pull', 'create', 'start'), asked).said).toBe(
      '1. stop\n2. pull\n3. create\n4. start',
    );
  });

  test('as one student has it is not right for another', () => {
    const others = ['ada', 'bob', 'cyd', 'dan'].map((seed) => ({ ...asked, seed }));
    const answers = others.map((whose) => idsOf(order.lines, order.lines, whose).join());
    expect(new Set(answers).size).toBeGreaterThan(1);
  });
});

describe('pairs', () => {
  const ids = (...options: string[]) => ({ kind: 'match' as const, ids: idsOf(match.options, options) });

  test('are right when each left side has its own right one', () => {
    expect(isRight(match, ids('OS level', 'full', 'OS level'))).toBe(true);
    expect(isRight(match, ids('OS level', 'full', 'full'))).toBe(false);
    expect(isRight(match, ids('OS level', 'full'))).toBe(false);
    expect(isRight(match, { kind: 'match', ids: ['', '', ''] })).toBe(false);
  });

  test('are kept for the teacher in words', () => {
    expect(judgeAnswer(match, ids('OS level', 'para', 'full'), asked).said).toBe(
      'Docker → OS level\nVirtualBox → para\nApptainer → full',
    );
  });
});

describe('a free answer', () => {
  test('is right as soon as it says something, and kept as text whatever it says', () => {
    const typed = '  <b onclick="x">Because</b>\r\n\r\n\r\n\r\n$(reboot) \u202Egnp\u0007 \u001b[31m  ';
    expect(judgeAnswer(free, { kind: 'text', text: typed }, asked)).toEqual({
      right: true,
      said: '<b onclick="x">Because</b>\n\n$(reboot) gnp [31m',
    });
    expect(isRight(free, { kind: 'text', text: ' \u202e\u0000 \n' })).toBe(false);
  });

  test('keeps scripts that need joining marks', () => {
    expect(judgeAnswer(free, { kind: 'text', text: 'می‌خواهم 👩‍🔧' }, asked).said).toBe('می‌خواهم 👩‍🔧');
  });
});

test('an answer of the wrong kind is wrong', () => {
  expect(isRight(text, { kind: 'choices', ids: ['userns'] })).toBe(false);
  expect(isRight(choices, { kind: 'text', text: 'a' })).toBe(false);
  expect(isRight(order, { kind: 'match', ids: idsOf(order.lines, order.lines) })).toBe(false);
  expect(isRight(match, { kind: 'order', ids: idsOf(match.options, match.options) })).toBe(false);
  expect(isRight(free, { kind: 'order', ids: ['1'] })).toBe(false);
});

describe('what the browser gets', () => {
  const seeds = fc.string({ minLength: 1 });

  test('never says which answer is right', () => {
    for (const question of [choices, text, order, match, free]) {
      const sent = JSON.stringify(questionView(question, asked));
      expect(sent).not.toMatch(/EXPLAINED|correct|accept|userns|pairs|right/);
    }
  });

  test('never has the lines in their right order, and always has all of them', () => {
    const lines = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(lines, seeds, (labels, seed) => {
        const shown = offered(labels, { seed, stepKey: 'a/b' });
        expect(shown.map((line) => line.label)).not.toEqual(labels);
        expect(shown.map((line) => line.label).toSorted()).toEqual(labels.toSorted());
        expect(shown.map((line) => line.id)).toEqual(labels.map((_, index) => String(index + 1)));
      }),
    );
  });

  test('is the same each time', () => {
    expect(questionView(order, asked)).toEqual(questionView(order, asked));
  });
});

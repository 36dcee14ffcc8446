import { expect, test } from 'vitest';
import { commandsSince, passTimes, stepBegan } from '#server/checks/step-began.ts';

const steps = (...keys: string[]) => keys.map((stepKey) => ({ stepKey, needs: [], values: {}, check: null }));
const course = {
  chapters: [
    { version: '1', steps: steps('a/1', 'a/2') },
    { version: '1', steps: steps('b/1', 'b/2') },
  ],
};
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute));

test('a step begins when the newest of those before it was passed, whatever was passed after it', () => {
  const passed = new Map([
    ['a/1', at(9)],
    ['a/2', at(5)],
    ['b/2', at(30)],
  ]);
  expect(stepBegan(course, passed, 'a/1')).toBeNull();
  expect(stepBegan(course, passed, 'a/2')).toEqual(at(9));
  expect(stepBegan(course, passed, 'b/1')).toEqual(at(9));
  expect(stepBegan(course, new Map(), 'b/2')).toBeNull();
  expect(stepBegan(course, passed, 'gone/1')).toBeNull();
});

test('what the course did for a student counts until it was done, unless they passed it later', () => {
  const progress = [
    { stepKey: 'a/1', passedAt: at(3).toISOString() },
    { stepKey: 'a/2', passedAt: at(8).toISOString() },
    { stepKey: 'b/1', passedAt: null },
  ];
  expect([...passTimes(progress, { steps: ['a/1', 'a/2', 'b/2'], at: at(5) })]).toEqual([
    ['a/1', at(5)],
    ['a/2', at(8)],
    ['b/2', at(5)],
  ]);
});

test('commands count that ended after it', () => {
  const commands = [{ endedAt: at(1) }, { endedAt: at(2) }, { endedAt: at(3) }];
  expect(commandsSince(commands, at(2))).toEqual([{ endedAt: at(3) }]);
  expect(commandsSince(commands, null)).toEqual(commands);
});

import { expect, test } from 'vitest';
import { Outbox } from '#server/live/outbox.ts';
import type { LiveEvent } from '#server/shared/protocol.ts';

const checking = (stepKey: string, running: boolean): LiveEvent => ({ type: 'checking', stepKey, running });
const drain = (outbox: Outbox) => {
  const events: LiveEvent[] = [];
  for (let event = outbox.take(); event; event = outbox.take()) events.push(event);
  return events;
};

test('what waits about one thing is only its newest state', () => {
  const outbox = new Outbox();
  for (let i = 0; i < 10_000; i += 1) outbox.put('enrollment:ada', checking(`a/${i % 3}`, i % 2 === 0));
  expect(outbox.size).toBe(3);
  expect(drain(outbox)).toEqual([checking('a/1', false), checking('a/2', true), checking('a/0', false)]);
});

test('the same step of two topics stays two things', () => {
  const outbox = new Outbox();
  outbox.put('enrollment:ada', checking('a/1', true));
  outbox.put('enrollment:bob', checking('a/1', true));
  expect(outbox.size).toBe(2);
});

test('log lines of a build add up instead of replacing each other, up to a bound', () => {
  const outbox = new Outbox();
  for (let i = 0; i < 1000; i += 1) {
    outbox.put('system', { type: 'image', courseId: 'c', phase: 'building', percent: i / 10, lines: [`line ${i}`] });
  }
  const [event] = drain(outbox);
  if (event?.type !== 'image') throw new Error('no image event');
  expect(event.percent).toBe(99.9);
  expect(event.lines).toHaveLength(200);
  expect(event.lines.at(-1)).toBe('line 999');
});

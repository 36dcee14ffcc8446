import { expect, test } from 'vitest';
import { EMPTY_LESSON, readLesson } from '#components/classroom/lesson-draft.ts';

const now = new Date('2026-01-05T09:00');
const draft = { day: '2026-01-06', from: '10:00', to: '11:30', seats: '24' };

test('a lesson is read in the time zone of whoever types it', () => {
  expect(readLesson(draft, now)).toEqual({
    ok: true,
    lesson: {
      startsAt: new Date('2026-01-06T10:00').toISOString(),
      endsAt: new Date('2026-01-06T11:30').toISOString(),
      seats: 24,
    },
  });
});

test('one that ends earlier than it begins goes on past midnight', () => {
  const read = readLesson({ ...draft, from: '22:00', to: '01:00' }, now);
  expect(read).toMatchObject({ lesson: { endsAt: new Date('2026-01-07T01:00').toISOString() } });
});

test('each field that cannot be used is named', () => {
  expect(readLesson({ ...EMPTY_LESSON, seats: 'many' }, now)).toEqual({
    ok: false,
    wrong: ['day', 'from', 'to', 'seats'],
  });
  expect(readLesson({ ...draft, day: '2026-01-04' }, now)).toEqual({ ok: false, wrong: ['day'] });
  expect(readLesson({ ...draft, to: '10:00' }, now)).toEqual({ ok: false, wrong: ['to'] });
  for (const seats of ['0', '501', '-3', '2.5'])
    expect(readLesson({ ...draft, seats }, now)).toMatchObject({ ok: false });
});

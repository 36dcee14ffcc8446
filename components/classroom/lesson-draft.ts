import { MOST_SEATS, type NewLesson } from '#server/shared/pool-policy.ts';

/** What a teacher types: in their own time zone. */
export type LessonDraft = { day: string; from: string; to: string; seats: string };
export type LessonField = keyof LessonDraft;

export const LESSON_FIELDS = ['day', 'from', 'to', 'seats'] as const satisfies LessonField[];
export const EMPTY_LESSON: LessonDraft = { day: '', from: '', to: '', seats: '30' };

type Read = { ok: true; lesson: NewLesson } | { ok: false; wrong: LessonField[] };

/** An end before the beginning is on the next day: a lesson may go on past midnight. */
export function readLesson({ day, from, to, seats }: LessonDraft, now: Date): Read {
  const startsAt = new Date(`${day}T${from}`);
  const endsAt = new Date(`${day}T${to}`);
  if (endsAt <= startsAt) endsAt.setDate(endsAt.getDate() + 1);
  const count = /^\d{1,3}$/.test(seats.trim()) ? Number(seats) : 0;
  const isOver = endsAt <= now;
  const wrong: LessonField[] = [];
  if (Number.isNaN(Date.parse(`${day}T00:00`)) || isOver) wrong.push('day');
  if (!isTime(from)) wrong.push('from');
  if (!isTime(to) || to === from) wrong.push('to');
  if (count < 1 || count > MOST_SEATS) wrong.push('seats');
  if (wrong.length > 0) return { ok: false, wrong };
  return { ok: true, lesson: { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(), seats: count } };
}

const isTime = (text: string) => /^\d\d:\d\d$/.test(text);

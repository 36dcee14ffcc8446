/** What the pool of warm sandboxes may be asked for. */
import { z } from 'zod';

/** More students than one machine carries. */
export const MOST_SEATS = 500;

/** Warm sandboxes of a course. */
export const poolTarget = z.int().min(0).max(MOST_SEATS);

/** A lesson as a teacher adds it. */
export const newLesson = z.strictObject({
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  seats: z.int().min(1).max(MOST_SEATS),
});
export type NewLesson = z.infer<typeof newLesson>;

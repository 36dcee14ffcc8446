/** A lesson as the pool sees it. */
export type LessonNeed = {
  startsAt: Date;
  endsAt: Date;
  /** How many students are expected. */
  seats: number;
  /** How many of them have a sandbox already. */
  seated: number;
};

const MINUTE = 60_000;
/** Late students come in the first minutes. */
const AFTER_BEGIN_MS = 10 * MINUTE;
const EARLIEST_MS = 60 * MINUTE;
const LATEST_MS = 3 * MINUTE;
/** Before anything was measured. */
const UNMEASURED_MS = 15_000;
/** One at a time, with pauses while others have work: half of the time is waiting. */
const SLACK = 2;

/** How long before a lesson its pool is begun to be filled. */
export function leadMs(seats: number, creationMs: number | null): number {
  return Math.min(EARLIEST_MS, Math.max(LATEST_MS, seats * (creationMs ?? UNMEASURED_MS) * SLACK));
}

/** How many warm ones this lesson wants now: none before its time, and none for who has come or did not. */
export function wantedFor(lesson: LessonNeed, { now, creationMs }: { now: Date; creationMs: number | null }): number {
  const { startsAt, endsAt, seats, seated } = lesson;
  const from = startsAt.getTime() - leadMs(seats, creationMs);
  const until = Math.min(endsAt.getTime(), startsAt.getTime() + AFTER_BEGIN_MS);
  const isTime = now.getTime() >= from && now.getTime() < until;
  return isTime ? Math.max(0, seats - seated) : 0;
}

const DAY_MS = 24 * 60 * 60_000;
/** Of one student: beyond it their oldest ones make room. */
export const KEPT_RECORDINGS = 100;
export const KEPT_RECORDING_BYTES = 256 * 1024 * 1024;

export type RecordingTimes = { startedAt: Date; endedAt: Date | null; keepDays: number };

/**
 * When it is deleted. Never later than its student was told; a class that keeps for a shorter time now shortens older
 * ones as well, one that records no more leaves them their time.
 */
export function deletedAt({ startedAt, endedAt, keepDays }: RecordingTimes, classDays: number | null): Date {
  const days = Math.min(keepDays, classDays ?? keepDays);
  return new Date((endedAt ?? startedAt).getTime() + days * DAY_MS);
}

/** Whether a student who was told of so many days may be recorded while the class keeps for so many. */
export function isTold(toldDays: number | null, classDays: number): boolean {
  return toldDays !== null && toldDays >= classDays;
}

/** Those of one student, newest first, that have to go. */
export function surplusOf<T extends { sizeBytes: number }>(newestFirst: readonly T[]): T[] {
  let bytes = 0;
  return newestFirst.filter(({ sizeBytes }, index) => {
    bytes += sizeBytes;
    return index >= KEPT_RECORDINGS || bytes > KEPT_RECORDING_BYTES;
  });
}

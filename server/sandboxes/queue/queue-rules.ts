import type { QueuePlace } from '#server/shared/protocol.ts';

export type Line = {
  now: Date;
  /** They have a seat and wait for their turn to be made, in order. */
  beginning: readonly string[];
  /** Being made now. */
  running: number;
  concurrency: number;
  /** What one creation takes, as measured; null before the first. */
  creationMs: number | null;
  /** They wait for a free seat, in the order they asked. Who is away keeps the place, and holds nobody up. */
  waiting: readonly { enrollmentId: string; isPresent: boolean }[];
  /** When the seats taken now will be free, as far as it is known. */
  freeAt: readonly Date[];
};

/** Everybody's place, counted from 1 over both lines: those who have a seat come first. */
export function placesIn(line: Line): Map<string, QueuePlace> {
  const places = new Map<string, QueuePlace>();
  line.beginning.forEach((enrollmentId, index) => {
    places.set(enrollmentId, { position: index + 1, estimateSeconds: untilMade(line, index) });
  });
  const freeAt = line.freeAt.map(Number).toSorted((a, b) => a - b);
  let ahead = 0;
  for (const { enrollmentId, isPresent } of line.waiting) {
    const position = line.beginning.length + ahead + 1;
    places.set(enrollmentId, { position, estimateSeconds: untilFree(line, freeAt[ahead]) });
    if (isPresent) ahead++;
  }
  return places;
}

/** So many are made at once: whole rounds until this one is through. */
function untilMade({ running, concurrency, creationMs }: Line, index: number): number | null {
  if (creationMs === null) return null;
  const rounds = Math.floor((running + index) / concurrency) + 1;
  return inSeconds(rounds * creationMs);
}

function untilFree({ now, creationMs }: Line, at: number | undefined): number | null {
  return at === undefined ? null : inSeconds(Math.max(0, at - now.getTime()) + (creationMs ?? 0));
}

const inSeconds = (ms: number) => Math.ceil(ms / 1000);

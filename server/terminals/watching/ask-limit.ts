import type { Clock } from '#server/clock.ts';

/** A question is a disturbance: so many from one watcher to one student in a while, whatever the answers were. */
export const MAX_ASKS = 3;
export const ASKS_WINDOW_MS = 2 * 60_000;
/** More pairs than this at once are an attack on our memory: the oldest is forgotten. */
const MAX_PAIRS = 10_000;

/** Counts the questions of a watcher to a student, over all shells and connections of both. */
export interface AskLimit {
  /** Counts one; false when it is one too many, which is not counted. */
  take(watcherId: string, seatId: string): boolean;
}

export function createAskLimit(clock: Clock): AskLimit {
  const asked = new Map<string, number[]>();
  return {
    take(watcherId, seatId) {
      const key = `${watcherId} ${seatId}`;
      const now = clock.now().getTime();
      const recent = (asked.get(key) ?? []).filter((at) => at > now - ASKS_WINDOW_MS);
      if (recent.length >= MAX_ASKS) return false;
      asked.delete(key);
      asked.set(key, [...recent, now]);
      const oldest = asked.keys().next().value;
      if (asked.size > MAX_PAIRS && oldest !== undefined) asked.delete(oldest);
      return true;
    },
  };
}

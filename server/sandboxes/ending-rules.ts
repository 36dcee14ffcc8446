import type { EndingWarning, SandboxEnding, SandboxPhase } from '#server/shared/protocol.ts';

export type EndingTimes = { phase: SandboxPhase; lastActiveAt: Date; expiresAt: Date; idleMs: number };
type DueEnding = Extract<SandboxEnding, 'idle' | 'expired'>;

/** Which ending comes next, and when. */
function nextEnding({ lastActiveAt, expiresAt, idleMs }: EndingTimes): { reason: DueEnding; at: Date } {
  const idleAt = new Date(lastActiveAt.getTime() + idleMs);
  return idleAt < expiresAt ? { reason: 'idle', at: idleAt } : { reason: 'expired', at: expiresAt };
}

/** Why a sandbox should be taken away now, or null. Only a ready one is ever taken for its age. */
export function dueEnding(times: EndingTimes, now: Date): DueEnding | null {
  if (times.phase !== 'ready') return null;
  const { reason, at } = nextEnding(times);
  return now >= at ? reason : null;
}

/** How long before an ending its student is told: a first time, and once more shortly before. */
export type WarnTimes = { firstMs: number; lastMs: number };

const LAST_CALL_MS = 60_000;

/** The last call is a minute before, or in the last fifth where the first one is not five minutes before. */
export const warnTimes = (firstMs: number): WarnTimes => ({ firstMs, lastMs: Math.min(LAST_CALL_MS, firstMs / 5) });

export type DueWarning = { warning: EndingWarning; call: 'first' | 'last' };

/**
 * What its student should know now, or null. Where the idle time itself is short, half of it is left in peace:
 * nobody is warned while they read the next paragraph.
 */
export function dueWarning(times: EndingTimes, now: Date, { firstMs, lastMs }: WarnTimes): DueWarning | null {
  if (times.phase !== 'ready') return null;
  const { reason, at } = nextEnding(times);
  const left = at.getTime() - now.getTime();
  const first = reason === 'idle' ? Math.min(firstMs, times.idleMs / 2) : firstMs;
  if (left > first) return null;
  return {
    warning: { reason, endsAt: at.toISOString() },
    call: left <= Math.min(lastMs, first / 2) ? 'last' : 'first',
  };
}

/** The life of a sandbox, as an extension counts it. */
export type Life = { createdAt: Date; expiresAt: Date; lifetimeMs: number; longestLifeMs: number };

/** Until when it lives after an extension: a whole lifetime from now, within its longest life. Null: no more is to be had. */
export function extendedUntil(life: Life, now: Date): Date | null {
  const { createdAt, expiresAt, lifetimeMs, longestLifeMs } = life;
  const until = Math.min(now.getTime() + lifetimeMs, createdAt.getTime() + longestLifeMs);
  return until > expiresAt.getTime() ? new Date(until) : null;
}

/** What is saved first: endings that the student did not ask for, of a sandbox that is still sound. */
const SAVED_FIRST: ReadonlySet<SandboxEnding> = new Set<SandboxEnding>([
  'idle',
  'expired',
  'class_closed',
  'ended_by_admin',
]);
export const isSavedFirst = (ending: SandboxEnding): boolean => SAVED_FIRST.has(ending);

/** Endings after which a page begins a new one by itself: asked for, never anybody's own, or the class is open again. */
const BEGINS_ANEW: ReadonlySet<SandboxEnding> = new Set<SandboxEnding>([
  'reset_by_student',
  'reset_by_teacher',
  'class_closed',
  'restored',
  'back_to_step',
  'not_needed',
]);
export const beginsAnew = (ending: SandboxEnding | null): boolean => ending === null || BEGINS_ANEW.has(ending);

/** Who looks at a terminal beside its student, and whose turn it is to type: what travels on the terminal's socket. */
import { z } from 'zod';

/** How a question, or a turn at the keyboard, came to its end. */
export const turnEnding = z.enum([
  /** The student said no. */
  'refused',
  /** Nobody answered in time. */
  'lapsed',
  'taken_back',
  /** The watcher stopped, or no longer asks. */
  'given_back',
  /** The watcher's page is gone. */
  'watcher_left',
  /** The student has no page open, and has not come back. */
  'student_away',
  'shell_ended',
  /** Somebody else asks or types already. */
  'busy',
  /** Asked too often. */
  'too_many',
]);
export type TurnEnding = z.infer<typeof turnEnding>;

/** More watchers than this on one terminal are no class; the student's own pages always find room beside them. */
export const MAX_WATCHERS = 8;

/** What every page of a terminal is told whenever it changes. */
export const company = z.strictObject({
  /** Names of those who watch, each once. */
  watchers: z.array(z.string()).max(MAX_WATCHERS),
  /** A question that waits for the student, or a turn that they gave. `yours`: of the page that is told. */
  turn: z
    .strictObject({
      turnId: z.string().max(64),
      name: z.string(),
      phase: z.enum(['asked', 'writing']),
      yours: z.boolean(),
    })
    .nullable(),
});
export type Company = z.infer<typeof company>;

export const ALONE: Company = { watchers: [], turn: null };

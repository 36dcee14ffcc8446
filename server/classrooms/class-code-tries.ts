import { createTryLimit, type TryLimit } from '#server/accounts/try-limit.ts';
import { systemClock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { normalizeClassCode } from './class-code-rules.ts';
import { type ClassroomRow, findClassroomByCode } from './classroom-store.ts';

/**
 * Wrong codes per address. There are 158,000 codes: at this pace a guesser needs weeks to find one class, and what is
 * found is only an empty seat that the teacher sees. Typing mistakes of a whole class behind one address fit in.
 */
const MAX_WRONG_CODES = 30;
const WINDOW_MS = 10 * 60_000;

/** The server's modules and the pages' bundle are two copies: the global object is what they share. */
const KEY = Symbol.for('chapterhouse.class-code-tries');
const shared = globalThis as { [KEY]?: TryLimit };

/** The classroom behind a typed code; wrong ones count against the address. */
export async function classroomByCode(typed: string, address: string): Promise<ClassroomRow> {
  shared[KEY] ??= createTryLimit({ clock: systemClock, max: MAX_WRONG_CODES, windowMs: WINDOW_MS });
  const tries = shared[KEY];
  tries.check(address);
  const classroom = await findClassroomByCode(normalizeClassCode(typed));
  if (classroom) return classroom;
  tries.fail(address);
  throw new AppError('class_code_unknown', 'no classroom has this code');
}

import { AppError } from '#server/errors.ts';

const LONGEST_NAME = 60;

/** The name as it is kept, or a refusal: some plain characters. */
export function requireName(given: string): string {
  const name = given.trim();
  const isPlain = name.length > 0 && name.length <= LONGEST_NAME && !/[\p{Cc}\p{Cf}]/u.test(name);
  if (!isPlain) throw new AppError('bad_request', 'a saved state has a name of 1 to 60 plain characters');
  return name;
}

/** Only what a student saved and can go back to takes a place: nothing that failed, or that they have deleted. */
export function requireRoom(states: readonly { kind: string; state: string }[], quota: number): void {
  const kept = states.filter(({ kind, state }) => kind === 'student' && (state === 'ready' || state === 'saving'));
  if (kept.length >= quota) throw new AppError('snapshot_quota', `${quota} saved states are kept for one student`);
}

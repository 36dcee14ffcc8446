import { AppError } from '#server/errors.ts';

const LONGEST_NAME = 60;

/** The name as it is kept, or a refusal: some plain characters. */
export function requireName(given: string): string {
  const name = given.trim();
  const isPlain = name.length > 0 && name.length <= LONGEST_NAME && !/[\p{Cc}\p{Cf}]/u.test(name);
  if (!isPlain) throw new AppError('bad_request', 'a saved state has a name of 1 to 60 plain characters');
  return name;
}

/** Running sandboxes write there too: what would leave them less than this is not saved. */
const DISK_FLOOR_BYTES = 2 * 1024 ** 3;

/** Nothing is begun that would fill the disk under everybody's sandboxes. */
export function requireDisk({ freeBytes, stateBytes }: { freeBytes: number; stateBytes: number }): void {
  if (freeBytes - stateBytes >= DISK_FLOOR_BYTES) return;
  throw new AppError('disk_full', `${stateBytes} bytes to keep, ${freeBytes} bytes free`);
}

/** Only what a student saved and can go back to takes a place: nothing that failed, or that they have deleted. */
export function requireRoom(states: readonly { kind: string; state: string }[], quota: number): void {
  const kept = states.filter(({ kind, state }) => kind === 'student' && (state === 'ready' || state === 'saving'));
  if (kept.length >= quota) throw new AppError('snapshot_quota', `${quota} saved states are kept for one student`);
}

import { randomBytes } from 'node:crypto';
import { findSeed, setFirstSeed } from './progress-store.ts';

/**
 * What one student's own values and shuffles are drawn from: never sent to a browser, the same for as long as the
 * enrollment lives. Made when first asked for; of two that ask at once, both get the one that was kept. Throws
 * `not_found`.
 */
export async function enrollmentSeed(enrollmentId: string): Promise<string> {
  const kept = await findSeed(enrollmentId);
  if (kept !== null) return kept;
  await setFirstSeed(enrollmentId, randomBytes(16).toString('hex'));
  const made = await findSeed(enrollmentId);
  if (made === null) throw new Error(`the seed of ${enrollmentId} was not kept`);
  return made;
}

import { errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import type { Sandbox, SandboxDriver, SandboxRef } from './driver.ts';
import type { Seat, SeatState } from './manager-seat.ts';
import type { SeatTable } from './manager-seat-table.ts';
import { afterRestart, isLive } from './sandbox-rules.ts';
import { findLastEndings, findLiveSandboxes, moveSandbox, type SandboxRecord } from './sandbox-store.ts';

type Adoption = {
  driver: SandboxDriver;
  seats: SeatTable;
  now: () => Date;
  /** Whether it is somebody else's: a warm one, say. */
  isKnown: (sandboxId: string) => boolean;
  /** For records that do not say what they were begun with. */
  policyOf: (seat: Seat) => Promise<SandboxPolicy>;
  watch: (state: SeatState, sandbox: Sandbox) => void;
  destroy: (sandbox: Sandbox) => Promise<void>;
};

/** Older endings are not told any more: who comes back after weeks begins anew. */
const TOLD_FOR_MS = 14 * 24 * 60 * 60_000;

/** What ended before our time: whoever comes back is still told why. */
export async function rememberEndings(seats: SeatTable, now: Date): Promise<void> {
  const records = await findLastEndings(new Date(now.getTime() - TOLD_FOR_MS));
  for (const record of records) if (record.ending !== null) seats.remember(record, record.ending);
}

/** Takes over what an earlier process left, notes what was lost, destroys what nobody knows. */
export async function adoptSandboxes(adoption: Adoption): Promise<void> {
  const { driver, seats } = adoption;
  const listed = await driver.list();
  const isOurs = ({ sandboxId }: SandboxRecord) => seats.bySandbox(sandboxId) !== null;
  const records = (await findLiveSandboxes()).filter((record) => !isOurs(record));
  const adopted = await all(records.map((record) => adopt(adoption, record)));
  const isOrphan = ({ sandboxId }: SandboxRef) =>
    !adoption.isKnown(sandboxId) && !isLive(seats.bySandbox(sandboxId)?.phase ?? 'gone');
  const unknown = listed.filter(isOrphan);
  await all(unknown.map((ref) => discard(adoption, ref)));
  const kept = adopted.filter(Boolean).length;
  log.info('sandbox.adopted', { kept, lost: records.length - kept, orphans: unknown.length });
}

/** Each to its end, so that a repetition never overtakes one; then the first fault. */
export async function all<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

async function adopt({ driver, seats, now, policyOf, watch }: Adoption, record: SandboxRecord): Promise<boolean> {
  const isFirst = seats.live(record.enrollmentId) === null;
  const sandbox = isFirst && afterRestart(record) === 'adopt' ? await sandboxOf(driver, record) : null;
  if (sandbox === null) {
    const ending = record.ending ?? 'host_restart';
    await moveSandbox(record.sandboxId, { phase: 'gone', at: now(), ending });
    seats.remember(record, ending);
    return false;
  }
  watch(seats.restore(record, sandbox, record.policy ?? (await policyOf(record))), sandbox);
  return true;
}

/** The sandbox of a record or of what the driver lists; null when it lives no more, or cannot be used. */
export async function sandboxOf(
  driver: SandboxDriver,
  { sandboxId, ref, waits = false }: { sandboxId: string; ref: string | null; waits?: boolean },
): Promise<Sandbox | null> {
  try {
    return ref === null ? null : await driver.adopt({ sandboxId, ref, waits });
  } catch (error) {
    // Nothing was learned about it: it may well live.
    if (errorCode(error) === 'engine_down') throw error;
    log.error('sandbox.adopt_failed', error, { sandboxId });
    return null;
  }
}

async function discard({ driver, destroy }: Adoption, ref: SandboxRef): Promise<void> {
  const orphan = await sandboxOf(driver, ref);
  if (orphan !== null) await destroy(orphan);
}

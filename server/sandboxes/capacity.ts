import { AppError } from '#server/errors.ts';
import type { SandboxPhase } from '#server/shared/protocol.ts';
import { isLive } from './sandbox-rules.ts';

export type Capacity = { total: number; used: number };

/** Warm ones hold a seat too, until a student needs it. */
export function capacityOf(phases: Iterable<SandboxPhase>, { total, warm }: { total: number; warm: number }): Capacity {
  return { total, used: [...phases].filter(isLive).length + warm };
}

export const freeSeats = ({ total, used }: Capacity): number => Math.max(0, total - used);

/** Refuses when the house is full. */
export function requireSeat(capacity: Capacity): void {
  if (freeSeats(capacity) === 0) throw new AppError('sandbox_capacity', `all ${capacity.total} sandboxes are taken`);
}

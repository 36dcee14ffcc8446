import { AppError } from '#server/errors.ts';
import type { SandboxPhase } from '#server/shared/protocol.ts';
import { isLive } from './sandbox-rules.ts';

export type Capacity = { total: number; used: number };

export function capacityOf(phases: Iterable<SandboxPhase>, maxSandboxes: number): Capacity {
  return { total: maxSandboxes, used: [...phases].filter(isLive).length };
}

export const freeSeats = ({ total, used }: Capacity): number => Math.max(0, total - used);

/** Refuses when the house is full. */
export function requireSeat(capacity: Capacity): void {
  if (freeSeats(capacity) === 0) throw new AppError('sandbox_capacity', `all ${capacity.total} sandboxes are taken`);
}

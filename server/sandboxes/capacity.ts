import { AppError } from '#server/errors.ts';
import type { SandboxPhase } from '#server/shared/protocol.ts';
import { isLive } from './sandbox-rules.ts';

export type Capacity = { total: number; used: number };

export function capacityOf(phases: Iterable<SandboxPhase>, maxSandboxes: number): Capacity {
  return { total: maxSandboxes, used: [...phases].filter(isLive).length };
}

/** Refuses when the house is full. */
export function requireSeat({ total, used }: Capacity): void {
  if (used >= total) throw new AppError('sandbox_capacity', `all ${total} sandboxes are taken`);
}

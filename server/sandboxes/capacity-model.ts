import type { CapacityView } from '#server/shared/views.ts';
import type { Limits, SandboxStats } from './driver.ts';

export type HostFacts = {
  memoryBytes: number;
  cpus: number;
  /** Free in the place where sandboxes are kept; null where it cannot be told. */
  diskFreeBytes: number | null;
};
export type Measured = Pick<SandboxStats, 'memoryBytes' | 'diskBytes'>;
export type SandboxCost = { memoryBytes: number; diskBytes: number };
type Model = Pick<CapacityView, 'total' | 'limitedBy' | 'by'>;

const MIB = 1024 * 1024;
/** Left to the host itself: its system, the engine, this process. */
const HOST_MEMORY = 1024 * MIB;
const HOST_DISK = 2048 * MIB;
/** Students read and type; a command that computes is short. So many share one processor without noticing each other. */
const SEATS_PER_CPU = 16;
/** Fewer than this are chance. */
const ENOUGH_MEASURED = 5;
/** One that is measured while its student reads will do more in the next hour. */
const GROWTH = 1.5;
const LEAST_SHARE = 0.25;
const UNMEASURED_SHARE = 0.5;

/** What one sandbox is counted with: what those here really take and half as much again; a share of its limit before. */
export function costOf(limits: Limits, measured: readonly Measured[]): SandboxCost {
  const disk = measured.flatMap(({ diskBytes }) => diskBytes ?? []);
  return {
    memoryBytes: counted(
      limits.memoryMiB * MIB,
      measured.map(({ memoryBytes }) => memoryBytes),
    ),
    diskBytes: counted(limits.diskMiB * MIB, disk),
  };
}

function counted(limit: number, measured: readonly number[]): number {
  if (measured.length < ENOUGH_MEASURED) return limit * UNMEASURED_SHARE;
  const mean = measured.reduce((sum, one) => sum + one, 0) / measured.length;
  return Math.min(limit, Math.max(limit * LEAST_SHARE, mean * GROWTH));
}

export type CapacityQuestion = {
  facts: HostFacts;
  cost: SandboxCost;
  /** Sandboxes that are there: their disk is not free any more. */
  used: number;
  /** What an admin set by hand: it wins, and the page says so where it is more than the machine is thought to carry. */
  setting: number | null;
};

/** The tightest of memory, processors and disk decides, unless somebody has decided. */
export function seatsOf({ facts, cost, used, setting }: CapacityQuestion): Model {
  const { memoryBytes, cpus, diskFreeBytes } = facts;
  const memory = seats((memoryBytes - HOST_MEMORY) / cost.memoryBytes);
  const cpu = seats(cpus * SEATS_PER_CPU);
  const disk = diskFreeBytes === null ? null : seats(used + (diskFreeBytes - HOST_DISK) / cost.diskBytes);
  const by = { memory, cpu, disk, setting };
  if (setting !== null) return { total: setting, limitedBy: 'setting', by };
  const total = Math.min(memory, cpu, disk ?? Number.POSITIVE_INFINITY);
  return { total, limitedBy: total === memory ? 'memory' : total === disk ? 'disk' : 'cpu', by };
}

/** One may always try. */
const seats = (count: number) => Math.max(1, Math.floor(count));

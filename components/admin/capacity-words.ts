import type { CapacityView } from '#server/shared/views.ts';

/** What the machine is thought to carry, whatever somebody set. */
export const modelSeats = ({ memory, cpu, disk }: CapacityView['by']): number =>
  Math.min(memory, cpu, disk ?? Number.POSITIVE_INFINITY);

import type { Clock } from '#server/clock.ts';
import { type Capacity, freeSeats } from '#server/sandboxes/capacity.ts';
import type { SandboxDriver } from '#server/sandboxes/driver.ts';
import type { Endings } from '#server/sandboxes/manager-endings.ts';
import type { SandboxImages } from '#server/sandboxes/manager-images.ts';
import type { CreationQueue } from '#server/sandboxes/manager-queue.ts';
import type { SeatTable } from '#server/sandboxes/manager-seat-table.ts';
import type { Want } from './pool-rules.ts';
import { WarmPool } from './warm-pool.ts';

type PoolParts = {
  wants: () => Promise<Want[]>;
  driver: SandboxDriver;
  clock: Clock;
  newId: () => string;
  images: SandboxImages;
  /** The driver makes sandboxes without an image. */
  isWithoutImages: boolean;
  seats: SeatTable;
  queue: CreationQueue;
  endings: Endings;
  capacity: () => Capacity;
};

/** The manager's pool: it takes seats that nobody waits for, and works when nobody else does. */
export function poolFor({ images, isWithoutImages, seats, queue, endings, capacity, ...rest }: PoolParts): WarmPool {
  return new WarmPool({
    ...rest,
    imageOf: (courseId) => (isWithoutImages ? null : (images.tag(courseId) ?? undefined)),
    held() {
      if (freeSeats(capacity()) === 0) return 'full';
      return queue.waiting > 0 || seats.waitingFor('sandbox_capacity').length > 0 ? 'busy' : null;
    },
    create: (job) => queue.runWhenIdle(job),
    destroy: (sandbox) => endings.destroy(sandbox),
  });
}

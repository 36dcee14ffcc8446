import type { Clock } from '#server/clock.ts';
import type { SandboxImages } from '#server/sandboxes/manager-images.ts';
import type { CreationQueue } from '#server/sandboxes/manager-queue.ts';
import type { SeatState } from '#server/sandboxes/manager-seat.ts';
import type { SeatTable } from '#server/sandboxes/manager-seat-table.ts';
import type { QueuePlace } from '#server/shared/protocol.ts';
import { CreationTimes } from './creation-times.ts';
import { placesIn } from './queue-rules.ts';

type StartQueueParts = {
  clock: Clock;
  seats: SeatTable;
  queue: CreationQueue;
  images: SandboxImages;
  concurrency: number;
  isPresent: (enrollmentId: string) => boolean;
};

/** Tells everybody who waits their place, and again whenever it is another. */
export class StartQueue {
  readonly times = new CreationTimes();
  readonly #parts: StartQueueParts;
  readonly #owned = new DisposableStack();
  #told = new Map<string, QueuePlace>();
  #lookDue = false;

  constructor(parts: StartQueueParts) {
    this.#parts = parts;
    parts.seats.showPlaces((enrollmentId) => this.places().get(enrollmentId) ?? null);
    this.#owned.use(parts.seats.onChange(() => this.#lookSoon()));
    this.#owned.use(parts.queue.onChange(() => this.#lookSoon()));
  }

  places(): Map<string, QueuePlace> {
    const { clock, seats, concurrency, isPresent } = this.#parts;
    const states = seats.all();
    const turns = states
      .filter((state) => this.#waitsForTurn(state))
      .toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt));
    return placesIn({
      now: clock.now(),
      beginning: turns.map(({ enrollmentId }) => enrollmentId),
      running: states.filter(({ phase }) => phase === 'creating').length,
      concurrency,
      creationMs: this.times.mean,
      waiting: seats
        .waitingFor('sandbox_capacity')
        .map(({ enrollmentId }) => ({ enrollmentId, isPresent: isPresent(enrollmentId) })),
      freeAt: states.flatMap((state) => freeAt(state) ?? []),
    });
  }

  [Symbol.dispose](): void {
    this.#owned.dispose();
  }

  /** An image that is being built, or could not be, is told in words of its own. */
  #waitsForTurn({ phase, error, courseId }: SeatState): boolean {
    return phase === 'queued' && error === null && this.#parts.images.status(courseId).phase === 'ready';
  }

  /** Many changes of one moment are one look. */
  #lookSoon(): void {
    if (this.#lookDue || this.#owned.disposed) return;
    this.#lookDue = true;
    setImmediate(() => this.#look());
  }

  #look(): void {
    this.#lookDue = false;
    if (this.#owned.disposed) return;
    const before = this.#told;
    this.#told = this.places();
    for (const [enrollmentId, { position }] of this.#told)
      if (before.get(enrollmentId)?.position !== position) this.#parts.seats.tell(enrollmentId);
  }
}

/** When its seat will be another's, as far as it is known now. */
function freeAt({ phase, warning, expiresAt }: SeatState): Date | null {
  if (phase !== 'ready') return null;
  return warning === null ? expiresAt : new Date(warning.endsAt);
}

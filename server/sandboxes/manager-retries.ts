import { errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { SandboxImages } from './manager-images.ts';
import type { Seat } from './manager-seat.ts';
import type { SeatTable } from './manager-seat-table.ts';
import type { WaitReason } from './manager-waiting.ts';

type RetriesOptions = {
  seats: SeatTable;
  images: SandboxImages;
  isPresent: (enrollmentId: string) => boolean;
  /** How many could get a sandbox now, a warm one included. */
  room: () => number;
  begin: (seat: Seat) => Promise<unknown>;
};

/** Tries again for whoever waits, when what they wait for may be over. */
export class Retries {
  readonly #options: RetriesOptions;
  #isClosing = false;

  constructor(options: RetriesOptions) {
    this.#options = options;
  }

  /** Whoever is still there, in the order they asked, as many as there is room for. */
  for(reason: WaitReason): void {
    const { seats, isPresent, room } = this.#options;
    const here = seats.waitingFor(reason).filter(({ enrollmentId }) => isPresent(enrollmentId));
    if (here.length > 0) for (const seat of here.slice(0, room())) this.#try(seat);
  }

  /** Students who came before the image was there get their sandbox by themselves. */
  forImage(courseId: string): void {
    const { seats, images } = this.#options;
    const isReady = images.status(courseId).phase === 'ready';
    for (const state of seats.all().filter((seat) => seat.courseId === courseId)) {
      if (state.phase === 'queued') seats.changed(state);
      if (isReady && state.phase === 'gone' && state.error === 'image_not_built') this.#try(state);
    }
  }

  close(): void {
    this.#isClosing = true;
  }

  #try(seat: Seat): void {
    if (this.#isClosing) return;
    this.#options.begin(seat).catch((error: unknown) => log.warn('sandbox.retry_failed', { code: errorCode(error) }));
  }
}

import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { Seat } from './manager-seat.ts';

/** What ends by itself: the page says so and follows. */
export type WaitReason = Extract<ErrorCode, 'sandbox_capacity' | 'engine_down'>;

/** Who asked for a sandbox that could not be had, and why. */
export class WaitingLine {
  readonly #places = new Map<string, { seat: Seat; reason: WaitReason }>();

  /** Asking again keeps the place. */
  add(seat: Seat, reason: WaitReason): void {
    this.#places.set(seat.enrollmentId, { seat, reason });
  }

  remove(enrollmentId: string): void {
    this.#places.delete(enrollmentId);
  }

  reason(enrollmentId: string): WaitReason | null {
    return this.#places.get(enrollmentId)?.reason ?? null;
  }

  seats(reason: WaitReason): Seat[] {
    return [...this.#places.values()].filter((place) => place.reason === reason).map(({ seat }) => seat);
  }
}

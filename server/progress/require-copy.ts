import { type Action, type Actor, requirePermission } from '#server/accounts/permissions.ts';
import { copyOfSeat } from '#server/shared/copy-seat.ts';
import type { SeatRow } from './progress-store.ts';
import { requireEnrollment } from './require-enrollment.ts';

/**
 * The enrollment behind a seat, when the one who asks may do this to it. A copy's seat is for who opened it alone, and
 * only while they may look into that student's sandbox.
 */
export async function requireSeat(request: { actor: Actor; seatId: string; action: Action }): Promise<SeatRow> {
  const { actor, seatId, action } = request;
  const copy = copyOfSeat(seatId);
  if (copy === null) return requireEnrollment({ actor, enrollmentId: seatId, action });
  requirePermission(actor, 'copy:use', copy.ownerId === actor.userId ? 'own' : 'other');
  return requireEnrollment({ actor, enrollmentId: copy.enrollmentId, action: 'sandbox:copy' });
}

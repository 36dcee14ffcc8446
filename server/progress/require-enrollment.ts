import { type Action, type Actor, relationToEnrollment, requirePermission } from '#server/accounts/permissions.ts';
import { AppError } from '#server/errors.ts';
import { findSeat, type SeatRow } from './progress-store.ts';

/** What nobody does any more once the class is closed; its pages and results stay readable. */
const ENDS_WITH_CLASS: ReadonlySet<Action> = new Set<Action>([
  'progress:write',
  'check:run',
  'terminal:attach',
  'terminal:watch',
  'preview:open',
  'sandbox:start',
  'sandbox:extend',
  'sandbox:reset',
  'sandbox:copy',
]);

/** The enrollment, when the one who asks may do this to it. */
export async function requireEnrollment(request: {
  actor: Actor;
  enrollmentId: string;
  action: Action;
}): Promise<SeatRow> {
  const { actor, enrollmentId, action } = request;
  const seat = await findSeat(enrollmentId);
  if (!seat) throw new AppError('not_found', `no enrollment ${enrollmentId}`);
  requirePermission(actor, action, relationToEnrollment(actor, seat));
  if (seat.closedAt && ENDS_WITH_CLASS.has(action)) {
    throw new AppError('class_closed', `classroom ${seat.classroomId} is closed`);
  }
  return seat;
}

/** A teacher's copy of a student's sandbox: whose it is a copy of, and who opened it. */
export type CopyOf = { enrollmentId: string; ownerId: string };

const MARK = 'copy';

/** The copy's own seat: what an enrollment's id is for a student's sandbox, its terminals and its live events. */
export const copySeatId = ({ enrollmentId, ownerId }: CopyOf): string => [MARK, ownerId, enrollmentId].join(':');

/** Null for a student's own seat. Ids of users and enrollments hold no colon. */
export function copyOfSeat(seatId: string): CopyOf | null {
  const [mark, ownerId, enrollmentId, ...rest] = seatId.split(':');
  return mark === MARK && ownerId && enrollmentId && rest.length === 0 ? { enrollmentId, ownerId } : null;
}

/** The enrollment whose class, limits and course a seat has. */
export const enrollmentOfSeat = (seatId: string): string => copyOfSeat(seatId)?.enrollmentId ?? seatId;

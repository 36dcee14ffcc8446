import { requireActor } from '#server/accounts/session.ts';
import { AppError } from '#server/errors.ts';
import { requireSeat } from '#server/progress/require-copy.ts';

export type Context = { params: Promise<{ seat: string }> };

const LONGEST_SEAT = 160;

/** The seat that the address names, when whoever is signed in may use its files. */
export async function requireFilesSeat(request: Request, { params }: Context): Promise<string> {
  const { seat: seatId } = await params;
  if (seatId.length > LONGEST_SEAT) throw new AppError('not_found', 'a seat with a name that none has');
  const actor = await requireActor(request.headers);
  await requireSeat({ actor, seatId, action: 'files:use' });
  return seatId;
}

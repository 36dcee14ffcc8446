import { AppError } from '#server/errors.ts';

/** Three at once keep a page quick; what comes on top waits, up to what no hand would ask for. */
const AT_ONCE = 3;
const MOST_WAITING = 30;

type Seat = { running: number; waiting: (() => void)[] };

/** Bounds what one seat's pages ask of the server at once. */
export class SeatTurns {
  readonly #seats = new Map<string, Seat>();

  /** Waits for a turn; what it answers gives the turn back. Rejects with `too_many_tries`. */
  async take(seatId: string): Promise<Disposable> {
    const seat = this.#seats.get(seatId) ?? { running: 0, waiting: [] };
    this.#seats.set(seatId, seat);
    if (seat.waiting.length >= MOST_WAITING) throw new AppError('too_many_tries', `files of ${seatId}`);
    if (seat.running < AT_ONCE) seat.running += 1;
    else await new Promise<void>((resolve) => seat.waiting.push(resolve));
    let isGiven = false;
    const give = () => {
      if (isGiven) return;
      isGiven = true;
      const next = seat.waiting.shift();
      if (next) return next();
      seat.running -= 1;
      if (seat.running === 0) this.#seats.delete(seatId);
    };
    return { [Symbol.dispose]: give };
  }
}

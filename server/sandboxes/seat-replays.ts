import type { SandboxReplay } from '#server/shared/protocol.ts';
import type { SeatTable } from './manager-seat-table.ts';
import { isLive } from './sandbox-rules.ts';
import { storeReplay } from './sandbox-store.ts';

/** How far the steps before one were done again in a sandbox: shown on its page, and known after a restart. */
export class SeatReplays {
  readonly #seats: SeatTable;

  constructor(seats: SeatTable) {
    this.#seats = seats;
  }

  /** Of a sandbox that is over there is nothing to tell. */
  async note(sandboxId: string, replay: SandboxReplay): Promise<void> {
    const state = this.#seats.bySandbox(sandboxId);
    if (state === null || !isLive(state.phase)) return;
    state.replay = { ...replay };
    await storeReplay(sandboxId, replay);
    this.#seats.changed(state);
  }
}

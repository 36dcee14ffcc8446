import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { SandboxEnding } from '#server/shared/protocol.ts';
import type { Sandbox, SandboxDriver, SandboxEnd } from './driver.ts';
import { EndingSaver, type SaveBeforeEnding } from './ending-save.ts';
import type { SeatState } from './manager-seat.ts';
import type { SeatTable } from './manager-seat-table.ts';
import { OrphanSweep } from './orphan-sweep.ts';
import { isLive } from './sandbox-rules.ts';

type EndingsParts = { driver: SandboxDriver; seats: SeatTable; clock: Clock; save: SaveBeforeEnding | null };

/** Takes sandboxes away, each once and with its true reason. */
export class Endings {
  readonly #seats: SeatTable;
  readonly #saver: EndingSaver;
  /** Whose destroying failed: tried again from time to time. */
  readonly #leftovers = new Set<Sandbox>();

  readonly #orphans: OrphanSweep;

  constructor({ driver, seats, clock, save }: EndingsParts) {
    this.#seats = seats;
    this.#saver = new EndingSaver(save, clock);
    this.#orphans = new OrphanSweep({
      driver,
      isOurs: (sandboxId) => isLive(seats.bySandbox(sandboxId)?.phase ?? 'gone'),
      destroy: (sandbox) => this.destroy(sandbox),
    });
  }

  /** Never rejects; a second call waits for the first. */
  end(state: SeatState, reason: SandboxEnding): Promise<void> {
    if (!isLive(state.phase)) return Promise.resolve();
    state.end ??= this.#takeDown(state, reason).catch((error: unknown) => log.error('sandbox.end_failed', error));
    return state.end;
  }

  /** It ended without us. */
  async lost(state: SeatState, reason: SandboxEnd): Promise<void> {
    if (state.end !== null) return;
    log.warn('sandbox.lost', { sandboxId: state.sandboxId, reason });
    await this.#seats.move(state, { phase: 'gone', ending: reason });
    if (state.sandbox !== null) await this.destroy(state.sandbox);
  }

  async destroy(sandbox: Sandbox): Promise<void> {
    try {
      await sandbox.destroy();
      this.#leftovers.delete(sandbox);
    } catch (error) {
      this.#leftovers.add(sandbox);
      log.error('sandbox.destroy_failed', error, { sandboxId: sandbox.sandboxId });
    }
  }

  /** What could not be destroyed, and what nobody knows. */
  async clearUp(): Promise<void> {
    for (const sandbox of [...this.#leftovers]) await this.destroy(sandbox);
    await this.#orphans.look();
  }

  async #takeDown(state: SeatState, reason: SandboxEnding): Promise<void> {
    state.endWatch?.[Symbol.dispose]();
    state.giveUp.abort(new AppError('sandbox_gone', `ended: ${reason}`));
    const wasReady = state.phase === 'ready';
    await this.#seats.move(state, { phase: 'ending', ending: reason });
    await state.launch;
    if (state.sandbox !== null) {
      if (wasReady) await this.#save(state, state.sandbox, reason);
      await this.destroy(state.sandbox);
    }
    await this.#seats.move(state, { phase: 'gone', ending: reason });
    log.info('sandbox.ended', { sandboxId: state.sandboxId, reason });
  }

  async #save(state: SeatState, sandbox: Sandbox, reason: SandboxEnding): Promise<void> {
    const { enrollmentId, courseId, sandboxId } = state;
    const snapshotId = await this.#saver.saved({ enrollmentId, courseId, sandboxId, sandbox, reason });
    if (snapshotId !== null) await this.#seats.saved(state, snapshotId);
  }
}

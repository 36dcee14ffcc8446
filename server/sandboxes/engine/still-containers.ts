import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Stillness } from '#server/sandboxes/driver.ts';
import { freeze, unfreeze } from './freezer.ts';

/** Longer than this no student has to wait: what is not done by then has failed. */
const LONGEST_MS = 60_000;

/**
 * The containers that stand still just now. The daemon could do it too, and must not: in Docker 20.10 a command that is
 * being started when its container is paused holds one lock until it runs, any look at the container then holds another
 * one and waits for the first, and the daemon's own way to let it run again waits for that (daemon/exec.go, inspect.go
 * and pause.go there). Such a container stands still for ever. This way needs no lock of the daemon's.
 */
export class StillContainers {
  readonly #held = new Map<string, Stillness>();

  /** `pid`: the container's first process. Throws where one stands still already, or does not come to it. */
  async hold(containerId: string, pid: number): Promise<Stillness> {
    if (this.#held.has(containerId)) throw new AppError('snapshot_failed', `${containerId} stands still already`);
    const held = this.#begin(containerId, pid);
    try {
      await freeze(pid, containerId);
      return held;
    } catch (cause) {
      await held.end();
      throw new AppError('snapshot_failed', `${containerId} does not stand still`, { cause });
    }
  }

  /** Whoever holds them learns that it was too soon. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#held.values()].map((held) => held.end()));
  }

  #begin(containerId: string, pid: number): Stillness {
    const end = async (): Promise<boolean> => {
      clearTimeout(timer);
      if (this.#held.get(containerId) !== held) return false;
      this.#held.delete(containerId);
      await unfreeze(pid, containerId);
      return true;
    };
    const timer = setTimeout(() => {
      log.warn('engine.still_too_long', { containerId });
      void end();
    }, LONGEST_MS);
    const held: Stillness = { end };
    this.#held.set(containerId, held);
    return held;
  }
}

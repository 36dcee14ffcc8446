import { log } from '#server/log.ts';
import { SeenTwice } from '#server/shared/seen-twice.ts';
import type { Sandbox, SandboxDriver, SandboxRef } from './driver.ts';
import { findLiveIds } from './sandbox-store.ts';

type SweepParts = {
  driver: SandboxDriver;
  /** Begun by this process and not over. */
  isOurs: (sandboxId: string) => boolean;
  destroy: (sandbox: Sandbox) => Promise<void>;
};

/**
 * Finds what the driver has and no record names: a container that the engine finished making after the process that
 * asked for it had died. One is taken away when it is found for the second time, so that no creation is overtaken.
 */
export class OrphanSweep {
  readonly #parts: SweepParts;
  readonly #seen = new SeenTwice();

  constructor(parts: SweepParts) {
    this.#parts = parts;
  }

  async look(): Promise<void> {
    const listed = await this.#parts.driver.list();
    const live = new Set(await findLiveIds());
    const orphans = listed.filter(({ sandboxId }) => !live.has(sandboxId) && !this.#parts.isOurs(sandboxId));
    const again = this.#seen.look(orphans.map(({ ref }) => ref));
    for (const orphan of orphans.filter(({ ref }) => again.includes(ref))) await this.#remove(orphan);
  }

  async #remove(orphan: SandboxRef): Promise<void> {
    log.warn('sandbox.orphan', { ...orphan });
    const sandbox = await this.#parts.driver.adopt(orphan);
    if (sandbox !== null) await this.#parts.destroy(sandbox);
  }
}

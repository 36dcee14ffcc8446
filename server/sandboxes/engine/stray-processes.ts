import { log } from '#server/log.ts';
import { SeenTwice } from '#server/shared/seen-twice.ts';
import { containersWithProcesses, endShims } from './container-processes.ts';
import { connect } from './daemon.ts';
import type { EnginePlan } from './engine-plan.ts';

/** Longer than a container takes from its first process to being known as running. */
const LOOK_EVERY_MS = 10_000;

/**
 * A daemon or containerd that dies while it starts or ends a container leaves that container's processes behind, and its
 * successor knows nothing of them. They are ended when they are found for the second time.
 */
export class StrayProcesses {
  readonly #plan: EnginePlan;
  readonly #everyMs: number;
  readonly #seen = new SeenTwice();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(plan: EnginePlan, everyMs = LOOK_EVERY_MS) {
    this.#plan = plan;
    this.#everyMs = everyMs;
  }

  /** Of a daemon that answers. Does nothing where the last look was a moment ago. */
  async look(): Promise<void> {
    if (performance.now() - this.#lookedAt < this.#everyMs) return;
    this.#lookedAt = performance.now();
    const present = await containersWithProcesses(this.#plan);
    const running = new Set((await connect(this.#plan).listContainers()).map(({ Id }) => Id));
    const again = this.#seen.look(present.filter((id) => !running.has(id)));
    if (again.length === 0) return;
    log.warn('engine.stray_processes', { containers: again });
    await endShims(this.#plan, (id) => again.includes(id));
  }
}

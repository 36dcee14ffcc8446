import { log } from '#server/log.ts';
import { SeenTwice } from '#server/shared/seen-twice.ts';
import { connect } from './daemon.ts';
import type { EnginePlan } from './engine-plan.ts';

/** What every kept state of a sandbox bears, whoever kept it. */
const KEPT_STATE_LABEL = 'chapterhouse.snapshot';
/** Much longer than the engine takes between making a kept state and giving it its name. */
const LOOK_EVERY_MS = 10_000;

/** A daemon whose asker goes in the middle of keeping a state makes the image and no name for it: nobody can find it. */
export class StrayImages {
  readonly #plan: EnginePlan;
  readonly #seen = new SeenTwice();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(plan: EnginePlan) {
    this.#plan = plan;
  }

  /** Of a daemon that answers. Removes what was found the last time too; nothing where that was a moment ago. */
  async look(): Promise<void> {
    if (performance.now() - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = performance.now();
    const docker = connect(this.#plan);
    const filters = JSON.stringify({ dangling: ['true'], label: [KEPT_STATE_LABEL] });
    const again = this.#seen.look((await docker.listImages({ filters })).map(({ Id }) => Id));
    if (again.length === 0) return;
    log.warn('engine.stray_images', { images: again });
    await Promise.all(again.map((id) => docker.getImage(id).remove()));
  }
}

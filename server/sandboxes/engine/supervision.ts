import { setTimeout as delay } from 'node:timers/promises';
import { log } from '#server/log.ts';

/** What one look at the daemon found. `taken down`: somebody stopped the engine on purpose. */
export type Health = 'answers' | 'silent' | 'ended' | 'taken down';

export type SupervisionOptions = {
  look: () => Promise<Health>;
  /** Told of each look that found nothing to mend. */
  onCalm: (health: 'answers' | 'taken down') => Promise<void>;
  restart: (why: { attempt: number; reason: string }) => Promise<void>;
};

const LOOK_EVERY_MS = 1_000;
/** A loaded machine answers late now and then; so many times in a row it does not. */
export const MISSES = 4;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

const pause = (ms: number) => delay(ms, undefined, { ref: false });

/** Looks at the daemon again and again, and has it started anew when it ended or fell silent. */
export class Supervision {
  readonly #options: SupervisionOptions;
  /** Names the watch that runs; another one, or none, ends it at its next step. */
  #watch: symbol | null = null;

  constructor(options: SupervisionOptions) {
    this.#options = options;
  }

  begin(): void {
    const watch = Symbol('watch');
    this.#watch = watch;
    this.#run(watch).catch((error: unknown) => log.error('engine.supervision_ended', error));
  }

  end(): void {
    this.#watch = null;
  }

  async #run(watch: symbol): Promise<void> {
    let missed = 0;
    for (await pause(LOOK_EVERY_MS); this.#watch === watch; await pause(LOOK_EVERY_MS)) {
      const health = await this.#options.look();
      if (this.#watch !== watch) return;
      missed = health === 'silent' ? missed + 1 : 0;
      if (health === 'answers' || health === 'taken down') await this.#options.onCalm(health);
      else if (health === 'ended') await this.#restart(watch, 'dockerd ended');
      else if (missed >= MISSES) {
        missed = 0;
        await this.#restart(watch, `dockerd did not answer ${MISSES} times in a row`);
      }
    }
  }

  async #restart(watch: symbol, first: string): Promise<void> {
    let reason = first;
    for (let attempt = 1; this.#watch === watch; attempt++) {
      try {
        return await this.#options.restart({ attempt, reason });
      } catch (error) {
        log.error('engine.restart_failed', error, { attempt });
      }
      reason = 'dockerd did not start';
      await pause(Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS));
      if (this.#watch === watch && (await this.#options.look()) === 'taken down') return;
    }
  }
}

import { log } from '#server/log.ts';

export type CheckTrigger = 'command' | 'asked' | 'interval';

export type CheckRequest = {
  enrollmentId: string;
  courseId: string;
  /** Null: where the student is. */
  stepKey: string | null;
  trigger: CheckTrigger;
};

type Pending = { request: CheckRequest; done: PromiseWithResolvers<void> };

/**
 * The requests of one enrollment: one runs, and what comes meanwhile becomes one that waits.
 * A run that was asked for and one that came by itself wait side by side: neither swallows the other.
 */
export class RequestLine {
  readonly #run: (request: CheckRequest) => Promise<void>;
  #asked: Pending | null = null;
  #automatic: Pending | null = null;
  #draining: Promise<void> | null = null;

  constructor(run: (request: CheckRequest) => Promise<void>) {
    this.#run = run;
  }

  /** Resolves when a run that began after this call has ended. */
  add(request: CheckRequest): Promise<void> {
    const slot = this.#join(request);
    this.#draining ??= this.#drain();
    return slot.done.promise;
  }

  /** Resolves when nothing waits or runs. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  #join(request: CheckRequest): Pending {
    const fresh = (): Pending => ({ request, done: Promise.withResolvers<void>() });
    if (request.trigger === 'asked') {
      this.#asked ??= fresh();
      this.#asked.request = request;
      return this.#asked;
    }
    this.#automatic ??= fresh();
    if (request.trigger === 'command') this.#automatic.request = request;
    return this.#automatic;
  }

  async #drain(): Promise<void> {
    // The caller gets its promise before the first run can settle it.
    await null;
    for (let next = this.#take(); next; next = this.#take()) await this.#settle(next);
    this.#draining = null;
  }

  #take(): Pending | null {
    const next = this.#asked ?? this.#automatic;
    if (next === this.#asked) this.#asked = null;
    else this.#automatic = null;
    return next;
  }

  /** Who asked hears of a refusal; what came by itself has nobody to tell. */
  async #settle({ request, done }: Pending): Promise<void> {
    try {
      await this.#run(request);
      done.resolve();
    } catch (error) {
      if (request.trigger === 'asked') {
        done.reject(error);
        return;
      }
      log.error('checks.automatic_failed', error, { enrollmentId: request.enrollmentId });
      done.resolve();
    }
  }
}

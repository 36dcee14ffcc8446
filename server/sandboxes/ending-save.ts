import type { Clock } from '#server/clock.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { SandboxEnding } from '#server/shared/protocol.ts';
import type { Sandbox } from './driver.ts';
import { isSavedFirst } from './ending-rules.ts';
import { CreationQueue } from './manager-queue.ts';
import type { Seat } from './manager-seat.ts';

/** A sandbox that is about to be taken away. */
export type EndingState = Seat & { sandboxId: string; sandbox: Sandbox; reason: SandboxEnding };

/** Keeps its whole state and names the snapshot, or null where none can be kept. */
export type SaveBeforeEnding = (state: EndingState, signal: AbortSignal) => Promise<string | null>;

/** Longer than this no ending waits for its saving. */
const SAVE_LIMIT_MS = 120_000;
/** A whole class may end at once; each saving is heavy on the disk. */
const AT_ONCE = 2;

/** Saves before endings, a few at a time; a saving that fails or takes too long is given up and told in the log. */
export class EndingSaver {
  readonly #save: SaveBeforeEnding | null;
  readonly #clock: Clock;
  readonly #queue = new CreationQueue(AT_ONCE);

  constructor(save: SaveBeforeEnding | null, clock: Clock) {
    this.#save = save;
    this.#clock = clock;
  }

  /** Never rejects. */
  async saved(state: EndingState): Promise<string | null> {
    const save = this.#save;
    if (save === null || !isSavedFirst(state.reason)) return null;
    const giveUp = new AbortController();
    try {
      const { signal } = giveUp;
      return await this.#queue.run(() => this.#inTime(save(state, signal), giveUp), signal);
    } catch (error) {
      log.warn('sandbox.not_saved', { sandboxId: state.sandboxId, reason: state.reason, code: errorCode(error) });
      return null;
    }
  }

  async #inTime(saving: Promise<string | null>, giveUp: AbortController): Promise<string | null> {
    const { promise, reject } = Promise.withResolvers<never>();
    const late = this.#clock.after(SAVE_LIMIT_MS, () => {
      const error = new AppError('timed_out', `not saved within ${SAVE_LIMIT_MS} ms`);
      giveUp.abort(error);
      reject(error);
    });
    try {
      return await Promise.race([saving, promise]);
    } finally {
      late[Symbol.dispose]();
      saving.catch(() => undefined);
    }
  }
}

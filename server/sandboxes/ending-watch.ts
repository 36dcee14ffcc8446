import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';
import type { EndingWarning, SandboxEnding } from '#server/shared/protocol.ts';
import { dueEnding, dueWarning, type EndingTimes, type WarnTimes } from './ending-rules.ts';
import { runsForegroundJob } from './foreground-job.ts';
import type { SeatState } from './manager-seat.ts';
import type { SeatTable } from './manager-seat-table.ts';

export type WarningListener = (enrollmentId: string, warning: EndingWarning) => void;

type EndingWatchOptions = {
  clock: Clock;
  seats: SeatTable;
  warn: WarnTimes;
  /** Whether a command is known to run in one of their shells. */
  isBusy: (enrollmentId: string) => boolean;
  end: (state: SeatState, reason: SandboxEnding) => Promise<void>;
};

/** Knows when sandboxes become idle or old: warns their students, and ends what nobody kept. */
export class EndingWatch {
  readonly #options: EndingWatchOptions;
  readonly #listeners = new Set<WarningListener>();
  /** Being looked into: whether a job runs that no shell told us about. */
  readonly #confirming = new Set<SeatState>();

  constructor(options: EndingWatchOptions) {
    this.#options = options;
  }

  /** Once when a warning begins, and again shortly before the end. */
  onWarning(listener: WarningListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Cheap, so that it may be called every second: compares times, and asks a sandbox only when it seems idle. */
  look(): void {
    for (const state of this.#options.seats.all()) this.#lookAt(state);
  }

  /** Keys or output: it is not idle, and need not be told so any more. */
  active(state: SeatState): void {
    state.lastActiveAt = this.#options.clock.now();
    state.touched = true;
    if (state.warning?.reason === 'idle') this.changed(state);
  }

  /** Its times were changed: what was said of its end may be true no more. */
  changed(state: SeatState): void {
    this.#say(state);
  }

  #lookAt(state: SeatState): void {
    if (state.phase !== 'ready' || state.end !== null) return;
    if (this.#options.isBusy(state.enrollmentId)) this.active(state);
    if (this.#seemsIdle(state)) void this.#confirmIdle(state);
    else this.#act(state);
  }

  /** About to be warned or ended for being idle. */
  #seemsIdle(state: SeatState): boolean {
    const now = this.#options.clock.now();
    if (dueEnding(timesOf(state), now) === 'idle') return true;
    const due = dueWarning(timesOf(state), now, this.#options.warn);
    return due?.warning.reason === 'idle' && state.warning?.reason !== 'idle';
  }

  async #confirmIdle(state: SeatState): Promise<void> {
    if (this.#confirming.has(state) || state.sandbox === null) return;
    this.#confirming.add(state);
    const runs = await runsForegroundJob(state.sandbox);
    this.#confirming.delete(state);
    if (runs) this.active(state);
    this.#act(state);
  }

  #act(state: SeatState): void {
    const { clock, end } = this.#options;
    const ending = state.end === null ? dueEnding(timesOf(state), clock.now()) : null;
    if (ending === null) this.#say(state);
    else end(state, ending).catch((error: unknown) => log.error('sandbox.end_failed', error));
  }

  #say(state: SeatState): void {
    const { clock, warn, seats } = this.#options;
    const due = dueWarning(timesOf(state), clock.now(), warn);
    const isSame = due?.warning.reason === state.warning?.reason && due?.warning.endsAt === state.warning?.endsAt;
    const isNewCall = due !== null && (state.warnedCall !== due.call || state.warning?.reason !== due.warning.reason);
    state.warning = due?.warning ?? null;
    state.warnedCall = due?.call ?? null;
    if (!isSame) seats.changed(state);
    if (due === null || !isNewCall) return;
    for (const listener of [...this.#listeners]) listener(state.enrollmentId, due.warning);
  }
}

const timesOf = ({ phase, lastActiveAt, expiresAt, policy }: SeatState): EndingTimes => ({
  phase,
  lastActiveAt,
  expiresAt,
  idleMs: policy.idleMs,
});

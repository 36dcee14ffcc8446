import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';
import type { Person } from './writing-turns.ts';

/** A page that reloads, connects again or goes to another shell goes on watching: longer than any of these takes. */
export const WATCH_LINGERS_MS = 20_000;

export type Watching = { watcher: Person; seatId: string; shell: string };

export type WatchLedgerOptions = {
  clock: Clock;
  /** Writes down that a watch began. Rejects where that cannot be done. */
  opened(watching: Watching): Promise<void>;
  closed(watching: Watching): Promise<void>;
};

type Entry = { watching: Watching; pages: number; written: Promise<void>; timer: Disposable | null };

/** One row when somebody begins to watch a student's terminals, one when they stop, however many shells and pages. */
export class WatchLedger {
  readonly #options: WatchLedgerOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: WatchLedgerOptions) {
    this.#options = options;
  }

  /** Resolves when it is written: nothing may be shown before, and nothing at all where it rejects. */
  async begin(watching: Watching): Promise<Disposable> {
    const key = `${watching.watcher.userId} ${watching.seatId}`;
    const entry = this.#entries.get(key) ?? this.#open(key, watching);
    entry.pages += 1;
    entry.timer?.[Symbol.dispose]();
    entry.timer = null;
    await entry.written;
    let left = false;
    return {
      [Symbol.dispose]: () => {
        if (left) return;
        left = true;
        this.#leave(key, entry);
      },
    };
  }

  /** Writes down what is still open: the server goes. */
  async dispose(): Promise<void> {
    const entries = [...this.#entries];
    await Promise.all(entries.map(([key, entry]) => this.#close(key, entry)));
  }

  #open(key: string, watching: Watching): Entry {
    const entry: Entry = { watching, pages: 0, written: this.#options.opened(watching), timer: null };
    entry.written.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    this.#entries.set(key, entry);
    return entry;
  }

  #leave(key: string, entry: Entry): void {
    entry.pages -= 1;
    if (entry.pages > 0 || this.#entries.get(key) !== entry) return;
    entry.timer = this.#options.clock.after(WATCH_LINGERS_MS, () => void this.#close(key, entry));
  }

  async #close(key: string, entry: Entry): Promise<void> {
    entry.timer?.[Symbol.dispose]();
    this.#entries.delete(key);
    await this.#options.closed(entry.watching).catch((error: unknown) => log.error('terminal.watch_not_noted', error));
  }
}

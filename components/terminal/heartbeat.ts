const EVERY_MS = 10_000;
/** So much silence, counted in beats, and the wire is taken for dead: browsers do not tell. */
const SILENT_BEATS = 1.8;

export type HeartbeatOptions = { everyMs: number | undefined; beat: () => void; onSilence: () => void };

/** Asks the other side for a sign of life now and then, and tells when none comes. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #heardAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Begins anew, with a first beat at once. */
  start(): void {
    this.stop();
    const { everyMs = EVERY_MS, beat, onSilence } = this.#options;
    this.heard();
    beat();
    this.#timer = setInterval(() => {
      if (Date.now() - this.#heardAt > everyMs * SILENT_BEATS) onSilence();
      else beat();
    }, everyMs);
  }

  heard(): void {
    this.#heardAt = Date.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

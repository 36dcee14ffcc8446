/** Newer ones tell more of how busy the machine is now. */
const KEPT = 12;

/** How long the newest creations took. */
export class CreationTimes {
  readonly #newest: number[] = [];

  add(ms: number): void {
    this.#newest.push(ms);
    if (this.#newest.length > KEPT) this.#newest.shift();
  }

  /** Null before the first. */
  get mean(): number | null {
    if (this.#newest.length === 0) return null;
    return this.#newest.reduce((sum, ms) => sum + ms, 0) / this.#newest.length;
  }
}

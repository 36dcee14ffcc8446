/** Tells apart what is left over from what is just being made: that is gone, or known, by the next look. */
export class SeenTwice {
  #before = new Set<string>();

  /** Of what this look found, what the one before had found too. */
  look(found: readonly string[]): string[] {
    const again = found.filter((one) => this.#before.has(one));
    this.#before = new Set(found);
    return again;
  }
}

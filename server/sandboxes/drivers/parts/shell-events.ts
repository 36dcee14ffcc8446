import type { ShellExit } from '#server/sandboxes/driver.ts';

/** Output and exit of one shell. What comes before the first listener is kept for it; the exit comes after all output. */
export class ShellEvents {
  #early: Uint8Array[] = [];
  #exit: ShellExit | null = null;
  readonly #output = new Set<(data: Uint8Array) => void>();
  readonly #exits = new Set<(exit: ShellExit) => void>();

  get exited(): boolean {
    return this.#exit !== null;
  }

  emit(data: Uint8Array): void {
    if (data.length === 0) return;
    if (this.#output.size === 0) this.#early.push(data);
    for (const listener of this.#output) listener(data);
  }

  exit(exit: ShellExit): void {
    if (this.#exit !== null) return;
    this.#exit = exit;
    for (const listener of [...this.#exits]) listener(exit);
    this.#exits.clear();
  }

  /** After a detach nobody is told anything more. */
  silence(): void {
    this.#early = [];
    this.#output.clear();
    this.#exits.clear();
  }

  onOutput(listener: (data: Uint8Array) => void): Disposable {
    this.#output.add(listener);
    const early = this.#early;
    this.#early = [];
    for (const data of early) listener(data);
    return { [Symbol.dispose]: () => this.#output.delete(listener) };
  }

  onExit(listener: (exit: ShellExit) => void): Disposable {
    if (this.#exit !== null) listener(this.#exit);
    else this.#exits.add(listener);
    return { [Symbol.dispose]: () => this.#exits.delete(listener) };
  }
}

import type { SandboxEnd } from '#server/sandboxes/driver.ts';

/** Says once why a sandbox ended; who asks late is told at once. */
export class EndSignal {
  #reason: SandboxEnd | null = null;
  #closed = false;
  readonly #listeners = new Set<(reason: SandboxEnd) => void>();

  /** True when the sandbox ended by itself or was destroyed. */
  get over(): boolean {
    return this.#closed || this.#reason !== null;
  }

  /** It ended without us. */
  fire(reason: SandboxEnd): void {
    if (this.over) return;
    this.#reason = reason;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener(reason);
  }

  /** We ended it: nobody is told. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
  }

  onEnd(listener: (reason: SandboxEnd) => void): Disposable {
    if (this.#reason !== null) listener(this.#reason);
    else if (!this.#closed) this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }
}

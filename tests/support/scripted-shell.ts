import { randomUUID } from 'node:crypto';
import type { Shell, ShellExit, Size } from '#server/sandboxes/driver.ts';

/** A shell whose output is said by the test. What is printed while it is paused waits, as behind a full pty. */
export class ScriptedShell implements Shell {
  readonly held = false;
  readonly id = randomUUID();
  readonly start = 0;
  keptTo = 0;
  readonly typed: Buffer[] = [];
  readonly sizes: Size[] = [];
  paused = false;
  detached = false;
  #waiting: Uint8Array[] = [];
  readonly #output = new Set<(data: Uint8Array) => void>();
  readonly #exits = new Set<(exit: ShellExit) => void>();

  print(data: Uint8Array | string): void {
    this.#waiting.push(typeof data === 'string' ? Buffer.from(data) : data);
    this.#flush();
  }

  exit(exitCode: number): void {
    for (const listener of [...this.#exits]) listener({ exitCode, signal: null });
  }

  write(data: Uint8Array): void {
    this.typed.push(Buffer.from(data));
  }

  resize(size: Size): void {
    this.sizes.push(size);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.#flush();
  }

  onOutput(listener: (data: Uint8Array) => void): Disposable {
    this.#output.add(listener);
    this.#flush();
    return { [Symbol.dispose]: () => this.#output.delete(listener) };
  }

  onExit(listener: (exit: ShellExit) => void): Disposable {
    this.#exits.add(listener);
    return { [Symbol.dispose]: () => this.#exits.delete(listener) };
  }

  kept(offset: number): void {
    this.keptTo = offset;
  }

  detach(): void {
    this.detached = true;
  }

  async kill(): Promise<void> {
    this.exit(137);
  }

  #flush(): void {
    while (!this.paused && this.#output.size > 0) {
      const next = this.#waiting.shift();
      if (!next) return;
      for (const listener of this.#output) listener(next);
    }
  }
}

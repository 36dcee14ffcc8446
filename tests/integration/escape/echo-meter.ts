import type { Sandbox, Shell } from '#server/sandboxes/driver.ts';

const PAUSE_MS = 60;
const TAIL_BYTES = 4096;

export type Echoes = { count: number; p50: number; p95: number; max: number };

/** Types a marker into a neighbour's shell again and again, and times until the shell has said it back. */
export class EchoMeter {
  readonly #shell: Shell;
  #tail = '';
  #round = 0;
  #heard: () => void = () => undefined;
  #times: number[] = [];
  #askedAt: number | null = null;
  #running = true;
  readonly #loop: Promise<void>;

  private constructor(shell: Shell) {
    this.#shell = shell;
    shell.onOutput((data) => {
      this.#tail = (this.#tail + Buffer.from(data).toString('latin1')).slice(-TAIL_BYTES);
      this.#heard();
    });
    this.#loop = this.#ask();
  }

  static async start(sandbox: Sandbox): Promise<EchoMeter> {
    return new EchoMeter(await sandbox.openShell({ name: 'echo', size: { cols: 80, rows: 24 } }));
  }

  /** What was measured since the last call. Waits for the answer to a marker that is still under way. */
  async take(): Promise<Echoes> {
    const asked = this.#round;
    while (this.#round === asked && this.#askedAt !== null) await pause(PAUSE_MS);
    const times = this.#times.toSorted((one, other) => one - other);
    this.#times = [];
    const at = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
    return { count: times.length, p50: at(0.5), p95: at(0.95), max: at(1) };
  }

  /** How long the marker that is under way has waited. */
  get waitingMs(): number {
    return this.#askedAt === null ? 0 : performance.now() - this.#askedAt;
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#shell.detach();
    this.#heard();
    await this.#loop;
  }

  async #ask(): Promise<void> {
    while (this.#running) {
      const answer = `<<${this.#round}>>`;
      const began = performance.now();
      this.#askedAt = began;
      // The quotes keep what is typed apart from what is answered.
      this.#shell.write(Buffer.from(`echo '<<'${this.#round}'>>'\r`));
      while (this.#running && !this.#tail.includes(answer)) await this.#something();
      if (this.#running) this.#times.push(performance.now() - began);
      this.#askedAt = null;
      this.#round += 1;
      await pause(PAUSE_MS);
    }
  }

  #something(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

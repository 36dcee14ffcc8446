import type { Duplex } from 'node:stream';
import type { Container, Exec, ExecCreateOptions, ExecStartOptions } from 'dockerode';
import { AppError, errorCode } from '#server/errors.ts';
import { asking } from './docker-errors.ts';
import type { SandboxHost } from './sandbox-host.ts';

const BEGUN_WITHIN_MS = 10_000;
const LOOK_MS = 20;

/** `what`: for the words of an error. */
type Beginning = { what: string; options: ExecCreateOptions; start: ExecStartOptions };
export type Begun = { exec: Exec; stream: Duplex };

/**
 * Begins every command of one container, so that none is beginning while the container stands still: the engine would
 * answer nothing about that container before it runs again.
 */
export class DockerCommands {
  readonly container: Container;
  readonly #host: Pick<SandboxHost, 'holdStill'>;
  /** Those that live, but for the ones that are known to have begun. */
  readonly #fresh = new Set<Exec>();
  #stillness: Promise<void> | null = null;

  constructor(container: Container, host: Pick<SandboxHost, 'holdStill'>) {
    this.container = container;
    this.#host = host;
  }

  /** Waits while the container stands still. */
  async begin({ what, options, start }: Beginning): Promise<Begun> {
    await this.#running();
    const exec = await asking(what, () => this.container.exec(options));
    await this.#running();
    this.#fresh.add(exec);
    try {
      const stream = await asking(what, () => exec.start(start));
      stream.once('close', () => this.#fresh.delete(exec));
      return { exec, stream };
    } catch (error) {
      this.#fresh.delete(exec);
      throw error;
    }
  }

  /** Rejects with `snapshot_failed` where the container did not stand still for all of the work. */
  async whileStill<T>(work: () => Promise<T>): Promise<T> {
    await this.#running();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stillness = promise;
    try {
      await this.#allBegun();
      const still = await this.#host.holdStill(this.container.id);
      let isWhole = false;
      const result = await work().finally(async () => {
        isWhole = await still.end();
      });
      if (!isWhole) throw new AppError('snapshot_failed', `${this.container.id} ran again too soon`);
      return result;
    } finally {
      this.#stillness = null;
      resolve();
    }
  }

  async #running(): Promise<void> {
    while (this.#stillness !== null) await this.#stillness;
  }

  async #allBegun(): Promise<void> {
    const end = performance.now() + BEGUN_WITHIN_MS;
    for (const exec of this.#fresh) {
      while (!(await hasBegun(exec))) {
        if (performance.now() > end) throw new AppError('snapshot_failed', 'a command of the sandbox does not begin');
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
      this.#fresh.delete(exec);
    }
  }
}

/** The engine answers that a command may begin before it has begun it. */
async function hasBegun(exec: Exec): Promise<boolean> {
  try {
    const { Pid, Running, ExitCode } = await asking('exec', () => exec.inspect());
    return Pid > 0 || (!Running && ExitCode !== null);
  } catch (error) {
    // Forgotten by the engine: it is over.
    if (errorCode(error) === 'sandbox_gone') return true;
    throw error;
  }
}

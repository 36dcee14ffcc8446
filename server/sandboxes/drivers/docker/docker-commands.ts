import type { Duplex } from 'node:stream';
import type { Container, Exec, ExecCreateOptions, ExecStartOptions } from 'dockerode';
import { AppError, errorCode } from '#server/errors.ts';
import { asking } from './docker-errors.ts';
import type { SandboxHost } from './sandbox-host.ts';

const BEGUN_WITHIN_MS = 10_000;
const LOOK_MS = 20;
/** The engine may begin a command though its line has closed already; by then it has, or never will. */
const IN_DOUBT_MS = 5_000;

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
  /** Those that may not have begun yet, and when the line to one closed. */
  readonly #fresh = new Map<Exec, { closedAt: number | null }>();
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
    this.#forgetOld();
    this.#fresh.set(exec, { closedAt: null });
    const closed = () => {
      if (this.#fresh.has(exec)) this.#fresh.set(exec, { closedAt: performance.now() });
    };
    try {
      const stream = await asking(what, () => exec.start(start));
      stream.once('close', closed);
      return { exec, stream };
    } catch (error) {
      closed();
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

  #mayBegin(exec: Exec): boolean {
    const found = this.#fresh.get(exec);
    if (found === undefined) return false;
    return found.closedAt === null || performance.now() - found.closedAt < IN_DOUBT_MS;
  }

  #forgetOld(): void {
    for (const exec of this.#fresh.keys()) if (!this.#mayBegin(exec)) this.#fresh.delete(exec);
  }

  async #allBegun(): Promise<void> {
    const end = performance.now() + BEGUN_WITHIN_MS;
    for (const exec of this.#fresh.keys()) {
      while (this.#mayBegin(exec) && (await isOnItsWay(exec))) {
        if (performance.now() > end) throw new AppError('snapshot_failed', 'a command of the sandbox does not begin');
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
      this.#fresh.delete(exec);
    }
  }
}

type Beginnings = 'to come' | 'begun' | 'never';

/** The engine answers that a command may begin before it has begun it; one that it could not begin has no process. */
async function beginningOf(exec: Exec): Promise<Beginnings> {
  const { Pid, Running, ExitCode } = await asking('exec', () => exec.inspect());
  if (Pid > 0) return 'begun';
  return !Running && ExitCode !== null ? 'never' : 'to come';
}

async function isOnItsWay(exec: Exec): Promise<boolean> {
  try {
    return (await beginningOf(exec)) === 'to come';
  } catch (error) {
    // Forgotten by the engine: it is over.
    if (errorCode(error) === 'sandbox_gone') return false;
    throw error;
  }
}

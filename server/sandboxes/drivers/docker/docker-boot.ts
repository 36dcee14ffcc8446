import type { Container } from 'dockerode';
import type { Clock } from '#server/clock.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { BootTurns } from './boot-turns.ts';
import type { DockerCommands } from './docker-commands.ts';
import { asking } from './docker-errors.ts';
import { dockerExec } from './docker-exec.ts';

/** The image's own unit makes the mark; where a student took that away, or a state was kept before there was one, systemd is asked. */
const BOOTED_SCRIPT = `
tries=0
until [ -e /run/chapterhouse/booted ]; do
  sleep 0.1
  tries=$((tries + 1))
  [ $((tries % 20)) = 0 ] || continue
  case $(systemctl is-system-running 2>/dev/null) in running | degraded) break ;; esac
done
`.trim();
const BOOT_LIMIT_MS = 60_000;
/** An engine that went away meanwhile is back by then. */
const TRY_AGAIN_FOR_MS = 120_000;
const TRY_AGAIN_MS = 1000;
/** The next process lets those boot that this one could not. */
const LET_GO_MS = 5000;

type BootParts = {
  commands: DockerCommands;
  turns: BootTurns;
  clock: Clock;
  /** Gives the container's cgroup to its own root: what its first process waits for before it becomes systemd. */
  handOverCgroup: (containerId: string) => Promise<void>;
};

/**
 * A sandbox's way from its first shell to a running system of its own. The shell is there before: systemd and what it
 * starts are half of what a cold start costs, and nobody reads a prompt and types within that time.
 */
export class DockerBoot {
  readonly #parts: BootParts | null;
  readonly #hurry = new AbortController();
  readonly #givenUp = new AbortController();
  readonly #handedOver = Promise.withResolvers<void>();
  readonly #wanted = Promise.withResolvers<void>();
  readonly #done: Promise<void>;
  #isWanted = false;

  private constructor(parts: BootParts | null) {
    this.#parts = parts;
    this.#done = parts === null ? Promise.resolve() : orAborted(this.#run(parts), this.#givenUp.signal);
    // Who needs it hears of it.
    this.#done.catch(() => undefined);
  }

  /** In its turn. */
  static begin(parts: BootParts): DockerBoot {
    const boot = new DockerBoot(parts);
    boot.begin();
    return boot;
  }

  /** Not before somebody needs it. */
  static waiting(parts: BootParts): DockerBoot {
    return new DockerBoot(parts);
  }

  /** Of a system that runs already. */
  static over(): DockerBoot {
    return new DockerBoot(null);
  }

  /** Settles by itself: resolves when the system runs, rejects when it never will. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Lets it boot in its turn. */
  begin(): void {
    this.#isWanted = true;
    this.#wanted.resolve();
  }

  /** Lets it boot now, whoever else waits. */
  hurry(): void {
    this.begin();
    this.#hurry.abort();
  }

  /** Lets it boot now, and waits for it. Rejects with `sandbox_gone` or `sandbox_failed`, or as `signal` says. */
  async needed(signal?: AbortSignal): Promise<void> {
    this.hurry();
    await (signal === undefined ? this.#done : orAborted(this.#done, signal));
  }

  /** Nobody waits for it any more: that it never ends is no failure. */
  get isGivenUp(): boolean {
    return this.#givenUp.signal.aborted;
  }

  /** The sandbox is ended. */
  giveUp(): void {
    this.#givenUp.abort(new AppError('sandbox_gone', 'the sandbox was ended'));
    this.#hurry.abort();
  }

  /**
   * Its system boots without us from here on: nobody is left to let it when this process has gone. One that nobody
   * needs yet goes on waiting, for the next process.
   */
  async letGo(): Promise<void> {
    if (this.#parts === null) return;
    if (!this.#isWanted) return this.giveUp();
    this.hurry();
    const late = Promise.withResolvers<void>();
    const timer = this.#parts.clock.after(LET_GO_MS, late.resolve);
    await Promise.race([this.#handedOver.promise, this.#done.catch(() => undefined), late.promise]);
    timer[Symbol.dispose]();
    this.giveUp();
  }

  async #run({ commands, turns, clock, handOverCgroup }: BootParts): Promise<void> {
    const { container } = commands;
    await this.#wanted.promise;
    const until = clock.now().getTime() + TRY_AGAIN_FOR_MS;
    const { signal } = this.#givenUp;
    const boot = async () => {
      signal.throwIfAborted();
      await handOverCgroup(container.id);
      this.#handedOver.resolve();
      return hasBooted(commands, signal);
    };
    const tried = async (): Promise<boolean> => {
      try {
        return await turns.run(boot, this.#hurry.signal);
      } catch (error) {
        signal.throwIfAborted();
        if (errorCode(error) === 'sandbox_gone') await requireRunning(container);
        if (clock.now().getTime() > until)
          throw new AppError('sandbox_failed', `sandbox ${container.id} never booted`, { cause: error });
        log.debug('docker.boot_again', { containerId: container.id, err: error });
        await new Promise<void>((resolve) => void clock.after(TRY_AGAIN_MS, resolve));
        return tried();
      }
    };
    if (await tried()) return;
    await requireRunning(container);
    throw new AppError('sandbox_failed', `sandbox ${container.id} did not boot`);
  }
}

/** Settles as `work` does, or rejects as the signal says. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** A connection that broke looks like a sandbox that is gone, but for the engine's own word. */
async function requireRunning(container: Container): Promise<void> {
  const details = await asking('inspect', () => container.inspect()).catch((error: unknown) => {
    if (errorCode(error) === 'sandbox_gone') throw error;
    return null;
  });
  if (details?.State.Running === false) throw new AppError('sandbox_gone', `sandbox ${container.id} has ended`);
}

async function hasBooted(commands: DockerCommands, signal: AbortSignal): Promise<boolean> {
  const argv = ['sh', '-c', BOOTED_SCRIPT] as const;
  const limits = { timeoutMs: BOOT_LIMIT_MS, maxOutputBytes: 1000 };
  return (await dockerExec(commands, { argv, user: 'root', ...limits, signal })).exitCode === 0;
}

import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Shell, Size } from '#server/sandboxes/driver.ts';
import { openHeldShell } from '#server/sandboxes/holder/held-shell.ts';
import { holderProgram, START_SCRIPT } from '#server/sandboxes/holder/holder-binary.ts';
import { HOLDER_PORT } from '#server/shared/holder-port.ts';
import { putFilesByTar } from '../parts/exec-files.ts';
import { tokenOf } from './container-options.ts';
import type { DockerCommands } from './docker-commands.ts';
import { addressOf, dialAddress, dialLoopback } from './docker-dial.ts';
import { asking } from './docker-errors.ts';
import { dockerExec } from './docker-exec.ts';

const HOLDER_FOLDER = '/usr/local/lib/chapterhouse';

/** The image's first process begins the holder in its first moments. */
const BEGINS_WITHIN_MS = 2000;
const LOOK_MS = 10;

const START = `setsid ${HOLDER_FOLDER}/hold-shells.sh "$1" < /dev/null > /dev/null 2>&1 &`;

type Opening = { name: string; size: Size; onWrite: () => void };
type Door = { address: string; token: string };

/** The way to the holder of one container. */
export class DockerShells {
  readonly #commands: DockerCommands;
  #door: Promise<Door> | null = null;

  constructor(commands: DockerCommands) {
    this.#commands = commands;
  }

  async open(request: Opening): Promise<Shell> {
    const { token } = await this.#doorOf();
    return openHeldShell({ ...request, token, dial: (why) => this.#dial(why) });
  }

  async #dial(why: 'open' | 'again' | 'doubt'): Promise<Duplex> {
    if (why === 'doubt') return this.#byEngine();
    const { address } = await this.#doorOf();
    try {
      return await (why === 'open' ? this.#patiently(address) : dialAddress(address, HOLDER_PORT));
    } catch (error) {
      // The sandbox's network is the student's to break; its shells do without.
      if (errorCode(error) !== 'port_closed') return this.#byEngine();
      if (why === 'open') return this.#begun(address);
      await this.#requireRunning();
      throw new AppError('sandbox_gone', 'the holder of the shells has ended', { cause: error });
    }
  }

  async #patiently(address: string): Promise<Duplex> {
    const end = performance.now() + BEGINS_WITHIN_MS;
    for (;;) {
      try {
        return await dialAddress(address, HOLDER_PORT);
      } catch (error) {
        if (errorCode(error) !== 'port_closed' || performance.now() > end) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Through a command of the engine's, which needs no network in the sandbox. */
  async #byEngine(): Promise<Duplex> {
    await this.#requireRunning();
    return dialLoopback(this.#commands, HOLDER_PORT);
  }

  /** A student ended it, or the image has none: a kept state of an older one, say. */
  async #begun(address: string): Promise<Duplex> {
    log.info('docker.holder_begun', { containerId: this.#commands.container.id });
    const { token } = await this.#doorOf();
    const files = [
      { path: 'hold', content: await readFile(await holderProgram()), mode: 0o755 },
      { path: 'hold-shells.sh', content: await readFile(START_SCRIPT), mode: 0o755 },
    ];
    const limits = { timeoutMs: 10_000, maxOutputBytes: 1000 };
    await putFilesByTar((request) => dockerExec(this.#commands, request), {
      user: 'root',
      directory: HOLDER_FOLDER,
      files,
    });
    await dockerExec(this.#commands, { argv: ['sh', '-c', START, 'sh', token], user: 'root', ...limits });
    return this.#patiently(address);
  }

  #doorOf(): Promise<Door> {
    const { container } = this.#commands;
    this.#door ??= asking('inspect', () => container.inspect()).then((details) => ({
      address: addressOf(details),
      token: tokenOf(details.Config.Env),
    }));
    this.#door.catch(() => {
      this.#door = null;
    });
    return this.#door;
  }

  async #requireRunning(): Promise<void> {
    const { State } = await asking('inspect', () => this.#commands.container.inspect());
    if (!State.Running) throw new AppError('sandbox_gone', `sandbox ${this.#commands.container.id} has ended`);
  }
}

import type { Duplex } from 'node:stream';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type {
  Capability,
  ExecRequest,
  ExecResult,
  Sandbox,
  SandboxEnd,
  SandboxFile,
  SandboxStats,
  Shell,
  Size,
  TakenSnapshot,
} from '#server/sandboxes/driver.ts';
import { HOLDER_PORT } from '#server/shared/holder-port.ts';
import { EndSignal } from '../parts/end-signal.ts';
import { getFilesByTar, putFilesByTar, type RawExec, textOf } from '../parts/exec-files.ts';
import type { DockerBoot } from './docker-boot.ts';
import type { DockerCommands } from './docker-commands.ts';
import { dialSandbox } from './docker-dial.ts';
import { asking } from './docker-errors.ts';
import type { DockerEvents } from './docker-events.ts';
import { dockerExec } from './docker-exec.ts';
import { DockerShells } from './docker-shell.ts';
import { statsFrom } from './docker-stats.ts';
import { removeContainer } from './remove-container.ts';

export type DiskUsageSource = () => Promise<ReadonlyMap<string, number>>;

export type DockerSandboxParts = {
  sandboxId: string;
  commands: DockerCommands;
  capabilities: readonly Capability[];
  events: DockerEvents;
  /** Bytes on disk by container id; null where nobody can tell. */
  diskUsage: DiskUsageSource | null;
  keep: (snapshotId: string, signal?: AbortSignal) => Promise<TakenSnapshot>;
  boot: DockerBoot;
};

export class DockerSandbox implements Sandbox {
  readonly sandboxId: string;
  readonly ref: string;
  readonly capabilities: readonly Capability[];
  readonly #commands: DockerCommands;
  readonly #events: DockerEvents;
  readonly #diskUsage: DiskUsageSource | null;
  readonly #keep: DockerSandboxParts['keep'];
  readonly #boot: DockerBoot;
  readonly #shells: DockerShells;
  readonly #end = new EndSignal();

  constructor({ sandboxId, commands, capabilities, events, diskUsage, keep, boot }: DockerSandboxParts) {
    this.sandboxId = sandboxId;
    this.ref = commands.container.id;
    this.capabilities = capabilities;
    this.#commands = commands;
    this.#events = events;
    this.#diskUsage = diskUsage;
    this.#keep = keep;
    this.#boot = boot;
    this.#shells = new DockerShells(commands);
  }

  /** Begins to listen for an end that is not ours. A system that does not boot is one. */
  watch(): Promise<void> {
    this.#boot.done.catch((error: unknown) => {
      // That it has gone is told by the engine, with its reason.
      if (this.#boot.isGivenUp || this.#end.over || errorCode(error) === 'sandbox_gone') return;
      log.error('docker.not_booted', error, { sandboxId: this.sandboxId });
      this.#end.fire('fault');
    });
    return this.#events.watch(this.ref, (reason) => this.#end.fire(reason));
  }

  boot(): void {
    this.#boot.begin();
  }

  async openShell(request: { name: string; size: Size }): Promise<Shell> {
    this.#living();
    return this.#shells.open({ ...request, onWrite: () => this.#boot.hurry() });
  }

  async exec(request: ExecRequest): Promise<ExecResult> {
    return textOf(await this.#rawExec(request));
  }

  putFiles(directory: string, files: readonly SandboxFile[]): Promise<void> {
    return putFilesByTar(this.#rawExec, { user: 'root', directory, files });
  }

  getFiles(paths: readonly string[]): Promise<SandboxFile[]> {
    return getFilesByTar(this.#rawExec, paths);
  }

  async stats(): Promise<SandboxStats> {
    const { container } = this.#living();
    const answer = asking('stats', () => container.stats({ stream: false, 'one-shot': true }));
    const [measured, diskBytes] = await Promise.all([answer, this.#diskBytes()]);
    return statsFrom(measured, diskBytes);
  }

  async snapshot(snapshotId: string, signal?: AbortSignal): Promise<TakenSnapshot> {
    await this.#system(signal);
    return this.#keep(snapshotId, signal);
  }

  async dialPort(port: number): Promise<Duplex> {
    if (port === HOLDER_PORT) throw new AppError('port_closed', 'the holder of the shells serves no pages');
    return dialSandbox(this.#living(), port);
  }

  onEnd(listener: (reason: SandboxEnd) => void): Disposable {
    return this.#end.onEnd(listener);
  }

  async destroy(): Promise<void> {
    this.#events.forget(this.ref);
    this.#end.close();
    this.#boot.giveUp();
    await removeContainer(this.#commands.container);
  }

  /** The rest is worth telling even when the disk is not known. */
  async #diskBytes(): Promise<number | null> {
    try {
      return (await this.#diskUsage?.())?.get(this.ref) ?? null;
    } catch (error) {
      log.warn('docker.disk_unknown', { err: error });
      return null;
    }
  }

  readonly #rawExec: RawExec = async (request) => dockerExec(await this.#system(request.signal), request);

  /** Only a shell can do without the system. */
  async #system(signal?: AbortSignal): Promise<DockerCommands> {
    this.#living();
    await this.#boot.needed(signal);
    return this.#living();
  }

  #living(): DockerCommands {
    if (this.#end.over) throw new AppError('sandbox_gone', `sandbox ${this.sandboxId} has ended`);
    return this.#commands;
  }
}

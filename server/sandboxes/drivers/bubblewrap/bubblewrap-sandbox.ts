import { existsSync, type FSWatcher, watch } from 'node:fs';
import type { Duplex } from 'node:stream';
import { AppError } from '#server/errors.ts';
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
import { openHeldShell } from '#server/sandboxes/holder/held-shell.ts';
import { EndSignal } from '../parts/end-signal.ts';
import { getFilesByTar, putFilesByTar, type RawExec, textOf } from '../parts/exec-files.ts';
import { beginHolder, dialHolder } from './bubblewrap-holder.ts';
import { BubblewrapShell } from './bubblewrap-shell.ts';
import { type BwrapPlan, bwrapArguments, type SandboxPaths } from './bwrap-arguments.ts';
import { dialInside } from './dial-inside.ts';
import { folderBytes } from './folder-size.ts';
import type { HomeArchives } from './home-archive.ts';
import { killNaming, usageOf } from './host-processes.ts';
import { asIdentity, type Identity, run } from './run-command.ts';
import { removeFolder } from './sandbox-folder.ts';

export type BubblewrapParts = {
  sandboxId: string;
  paths: SandboxPaths;
  network: boolean;
  topLevel: BwrapPlan['topLevel'];
  identity: Identity | null;
  /** The holder's program; null where there is none. */
  holder: string | null;
  archives: HomeArchives;
};

/** A folder with more in it than can be counted by then has no known size. */
const DISK_WALK_MS = 300;

type Inside = Pick<BwrapPlan, 'user' | 'argv' | 'env' | 'ownTerminal'>;

/**
 * One folder on the host. Each shell and each command is a bubblewrap of its own with the same folders inside:
 * they share files, but do not see each other's processes.
 */
export class BubblewrapSandbox implements Sandbox {
  readonly sandboxId: string;
  readonly ref: string;
  readonly capabilities: readonly Capability[];
  readonly #parts: BubblewrapParts;
  readonly #end = new EndSignal();
  readonly #watcher: FSWatcher;
  #beginning: Promise<void> | null = null;

  constructor(parts: BubblewrapParts) {
    this.#parts = parts;
    this.sandboxId = parts.sandboxId;
    this.ref = parts.paths.root;
    this.capabilities = parts.network ? ['shell', 'snapshot', 'network', 'ports'] : ['shell', 'snapshot'];
    this.#watcher = watch(parts.paths.root, { persistent: false }, () => this.#look());
    this.#watcher.on('error', () => this.#look());
  }

  boot(): void {
    // It has no system of its own.
  }

  async openShell({ name, size }: { name: string; size: Size }): Promise<Shell> {
    this.#requireLife();
    const { paths, identity, holder } = this.#parts;
    const env = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };
    const bash = this.#bwrap({ user: 'student', argv: ['bash', '-l'], env, ownTerminal: true });
    if (holder === null) return new BubblewrapShell({ argv: asIdentity(bash, identity), size });
    const socket = `${paths.shells}/hold.sock`;
    const dial = async (why: 'open' | 'again' | 'doubt') => {
      if (why === 'doubt') throw new AppError('sandbox_failed', 'there is no other way to the holder');
      if (why === 'open') await this.#holding(socket, () => beginHolder({ program: holder, socket, identity }, bash));
      return dialHolder(socket);
    };
    return openHeldShell({ name, size, token: '', dial });
  }

  async exec(request: ExecRequest): Promise<ExecResult> {
    return textOf(await this.#rawExec(request));
  }

  putFiles(directory: string, files: readonly SandboxFile[]): Promise<void> {
    return putFilesByTar(this.#rawExec, { user: 'student', directory, files });
  }

  getFiles(paths: readonly string[]): Promise<SandboxFile[]> {
    return getFilesByTar(this.#rawExec, paths);
  }

  async stats(): Promise<SandboxStats> {
    this.#requireLife();
    const { root } = this.#parts.paths;
    const [use, diskBytes] = await Promise.all([usageOf(root), folderBytes(root, DISK_WALK_MS)]);
    return { ...use, diskBytes };
  }

  /** Its home alone; programs and their memory are not in it. */
  async snapshot(snapshotId: string, signal?: AbortSignal): Promise<TakenSnapshot> {
    this.#requireLife();
    const { archives, paths } = this.#parts;
    return archives.take(paths.home, { snapshotId, ...(signal && { signal }) });
  }

  async dialPort(port: number): Promise<Duplex> {
    this.#requireLife();
    return dialInside(port, this.#parts.network);
  }

  onEnd(listener: (reason: SandboxEnd) => void): Disposable {
    return this.#end.onEnd(listener);
  }

  async destroy(): Promise<void> {
    const { paths } = this.#parts;
    this.#end.close();
    this.#watcher.close();
    await killNaming(`${paths.root}/`);
    await removeFolder(paths);
  }

  /** Stops watching; the sandbox goes on living. */
  release(): void {
    this.#watcher.close();
  }

  readonly #rawExec: RawExec = async ({ argv, user, env, ...limits }) => {
    this.#requireLife();
    // The shell answers 127 for a command that is not there; bwrap itself would answer 1.
    const inside = ['sh', '-c', 'exec "$@"', 'sh', ...argv];
    const command = this.#bwrap({ user, argv: inside, ...(env && { env }), ownTerminal: false });
    return run(asIdentity(command, this.#parts.identity), limits);
  };

  /** Several shells may be asked for at once. */
  async #holding(socket: string, begin: () => Promise<void>): Promise<void> {
    this.#beginning ??= dialHolder(socket)
      .then((line) => void line.destroy(), begin)
      .finally(() => {
        this.#beginning = null;
      });
    await this.#beginning;
  }

  #bwrap(inside: Inside): string[] {
    const { paths, network, topLevel } = this.#parts;
    return ['bwrap', ...bwrapArguments({ paths, network, topLevel, ...inside })];
  }

  #look(): void {
    if (existsSync(this.#parts.paths.marker)) return;
    this.#watcher.close();
    this.#end.fire('fault');
  }

  #requireLife(): void {
    if (this.#end.over) throw new AppError('sandbox_gone', `sandbox ${this.sandboxId} has ended`);
  }
}

import { chmod, mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '#server/errors.ts';
import type {
  Advice,
  DriverReport,
  Sandbox,
  SandboxDriver,
  SandboxRef,
  SandboxSpec,
  SnapshotRef,
} from '#server/sandboxes/driver.ts';
import { NO_NETWORK, UNENFORCED } from './bubblewrap-advice.ts';
import { placeHolder } from './bubblewrap-holder.ts';
import { BubblewrapSandbox } from './bubblewrap-sandbox.ts';
import { type BwrapPlan, sandboxPaths } from './bwrap-arguments.ts';
import { createHomeArchives, type HomeArchives } from './home-archive.ts';
import type { Identity } from './run-command.ts';
import { makeFolder, readTopLevel, removeFolder } from './sandbox-folder.ts';

export type BubblewrapOptions = {
  /** Folder for the sandboxes' folders. Whoever sandboxes run as must be able to reach it. */
  dataDir: string;
  /** The bash file that tells the page about prompts and commands. */
  shellIntegration: string | null;
  /** Gives sandboxes the host's own network. */
  network: boolean;
  /** Whom sandboxes run as on the host when we are root; nobody else may use this number. */
  identity?: Identity;
};

/** Far from the numbers of people and services on a usual host. */
const DEFAULT_IDENTITY: Identity = { uid: 61_730, gid: 61_730 };
/** A unix socket's path ends at 107 bytes, and the holder's name needs some of them. */
const LONGEST_DATA_DIR = 64;

const marker = z.object({ sandboxId: z.string(), courseId: z.string() });

/** Sandboxes without a daemon and without root: a home of one's own, the host's programs, nothing else. */
export class BubblewrapDriver implements SandboxDriver {
  readonly name = 'bubblewrap';
  readonly boots = false;
  readonly #options: BubblewrapOptions;
  readonly #identity: Identity | null;
  readonly #archives: HomeArchives;
  readonly #open = new Set<BubblewrapSandbox>();
  #holder: Promise<string | null> | null = null;
  #topLevel: Promise<BwrapPlan['topLevel']> | null = null;

  constructor(options: BubblewrapOptions) {
    this.#options = options;
    this.#identity = process.getuid?.() === 0 ? (options.identity ?? DEFAULT_IDENTITY) : null;
    this.#archives = createHomeArchives(`${options.dataDir}/.snapshots`, this.#identity);
  }

  async check(): Promise<DriverReport> {
    const problem = await this.#tryOne();
    const works: Advice = {
      what: problem === null ? 'bubblewrap works' : `bubblewrap does not work: ${problem}`,
      ok: problem === null,
      consequence: problem === null ? 'Each student gets a home of their own.' : 'No sandbox can be made this way.',
      remedy: problem === null ? null : 'apt-get install bubblewrap; sysctl kernel.unprivileged_userns_clone=1',
    };
    const hasHolder = (await this.#program()) !== null;
    const holder: Advice = {
      what: hasHolder ? 'shells are held' : 'the holder of shells cannot be built',
      ok: hasHolder,
      consequence: hasHolder ? 'A shell survives a restart of the server.' : 'A restart of the server ends all shells.',
      remedy: hasHolder ? null : 'apt-get install gcc musl-tools',
    };
    const capabilities = this.#options.network
      ? (['shell', 'snapshot', 'network', 'ports'] as const)
      : (['shell', 'snapshot'] as const);
    const advice = [works, holder, ...UNENFORCED, ...(this.#options.network ? [] : [NO_NETWORK])];
    return { driver: this.name, usable: problem === null, capabilities: [...capabilities], enforces: [], advice };
  }

  async create(spec: SandboxSpec, signal?: AbortSignal): Promise<Sandbox> {
    signal?.throwIfAborted();
    await this.#prepareDataDir();
    const paths = sandboxPaths(this.#folder(spec.sandboxId));
    const { sandboxId, courseId, from } = spec;
    try {
      const content = {
        marker: JSON.stringify({ sandboxId, courseId }),
        shellIntegration: this.#options.shellIntegration,
        fill: (home: string) => (from ? this.#archives.unpack(from.snapshotId, home) : null),
      };
      await makeFolder(paths, content, this.#identity);
      const sandbox = await this.#sandbox(sandboxId);
      if (!signal?.aborted) return sandbox;
      await sandbox.destroy();
      throw signal.reason;
    } catch (error) {
      await removeFolder(paths);
      throw error;
    }
  }

  async adopt({ sandboxId }: SandboxRef): Promise<Sandbox | null> {
    const isThere = (await this.#markerOf(sandboxId)) !== null;
    return isThere ? this.#sandbox(sandboxId) : null;
  }

  async list(): Promise<SandboxRef[]> {
    const names = await readdir(this.#options.dataDir).catch(() => []);
    return names.filter((name) => !name.startsWith('.')).map((name) => ({ sandboxId: name, ref: this.#folder(name) }));
  }

  listSnapshots(): Promise<SnapshotRef[]> {
    return this.#archives.list();
  }

  async deleteSnapshot({ snapshotId }: SnapshotRef): Promise<void> {
    await this.#archives.remove(snapshotId);
  }

  async dispose(): Promise<void> {
    for (const sandbox of this.#open) sandbox.release();
    this.#open.clear();
  }

  #folder(sandboxId: string): string {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/.test(sandboxId)) throw new TypeError(`not a sandbox id: ${sandboxId}`);
    return `${this.#options.dataDir}/${sandboxId}`;
  }

  async #prepareDataDir(): Promise<void> {
    const { dataDir } = this.#options;
    if (dataDir.length > LONGEST_DATA_DIR) throw new AppError('host_incapable', `folder name too long: ${dataDir}`);
    if ((await mkdir(dataDir, { recursive: true })) !== undefined) await chmod(dataDir, 0o711);
  }

  /** Null when there is none; one without a readable marker is only half made and is cleared away. */
  async #markerOf(sandboxId: string): Promise<string | null> {
    const paths = sandboxPaths(this.#folder(sandboxId));
    const text = await readFile(paths.marker, 'utf8').catch(() => null);
    if (text !== null && marker.safeParse(JSON.parse(text)).success) return text;
    await removeFolder(paths);
    return null;
  }

  async #sandbox(sandboxId: string): Promise<BubblewrapSandbox> {
    this.#topLevel ??= readTopLevel();
    const sandbox = new BubblewrapSandbox({
      sandboxId,
      paths: sandboxPaths(this.#folder(sandboxId)),
      network: this.#options.network,
      topLevel: await this.#topLevel,
      identity: this.#identity,
      holder: await this.#program(),
      archives: this.#archives,
    });
    this.#open.add(sandbox);
    return sandbox;
  }

  /** Path of the holder's program; null where there is none. */
  async #program(): Promise<string | null> {
    this.#holder ??= this.#prepareDataDir().then(() => placeHolder(this.#options.dataDir));
    const program = await this.#holder;
    // What is missing may be installed meanwhile.
    if (program === null) this.#holder = null;
    return program;
  }

  /** Makes one and runs a command in it: whether namespaces are allowed is known only by trying. */
  async #tryOne(): Promise<string | null> {
    try {
      await this.#prepareDataDir();
      const folder = await mkdtemp(`${this.#options.dataDir}/check-`);
      const sandboxId = folder.slice(this.#options.dataDir.length + 1);
      await removeFolder(sandboxPaths(folder));
      const sandbox = await this.create({ sandboxId, courseId: 'check', limits: NO_LIMITS });
      const limits = { user: 'student', timeoutMs: 10_000, maxOutputBytes: 4096 } as const;
      const result = await sandbox.exec({ argv: ['sh', '-c', 'echo > ~/written && id -un'], ...limits });
      await sandbox.destroy();
      return result.stdout === 'student\n' ? null : result.stderr.trim() || 'it gave no answer';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

const NO_LIMITS = { memoryMiB: 0, cpus: 0, pids: 0, diskMiB: 0 };

import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { log } from '#server/log.ts';
import type { ConfiguredPart, MirrorPlan, PartName } from './mirror-plan.ts';
import type { Owner } from './mirror-user.ts';
import { partPid, startPart, stopPart } from './registry-process.ts';

const WATCH_MS = 2_000;
/** A registry that fetches does not even start while its own source is away: it is tried again so often. */
const UPSTREAM_RETRY_MS = 15_000;

/** The folders of what serves, each with the rights it needs. */
export async function makeFolders(plan: MirrorPlan, owner: Owner): Promise<void> {
  await mkdir(plan.folder, { recursive: true, mode: 0o711 });
  await mkdir(plan.writeFolder, { recursive: true, mode: 0o700 });
  await mkdir(plan.uploadsFolder, { recursive: true, mode: 0o700 });
  await mkdir(plan.runFolder, { recursive: true, mode: 0o700 });
  await chown(plan.runFolder, owner.uid, owner.gid);
  if (plan.cacheFolder === null) return;
  await mkdir(plan.cachesFolder, { recursive: true, mode: 0o711 });
  await mkdir(plan.cacheFolder, { recursive: true, mode: 0o700 });
  await chown(plan.cacheFolder, owner.uid, owner.gid);
}

/** Keeps the mirror's processes alive, and takes over those that an earlier process of ours left. */
export class MirrorParts {
  readonly #parts: ReadonlyMap<PartName, ConfiguredPart>;
  #timer: NodeJS.Timeout | null = null;
  #mending: Promise<void> = Promise.resolve();
  #upstreamTriedAt = 0;

  constructor(parts: ReadonlyMap<PartName, ConfiguredPart>) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    for (const [name, part] of this.#parts) {
      if (name === 'upstream') await this.#tryUpstream(part);
      else await ensurePart(part);
    }
    this.#timer ??= setInterval(() => {
      this.#mending = this.#mending
        .then(() => this.#mend())
        .catch((error: unknown) => log.error('mirror.not_mended', error));
    }, WATCH_MS).unref();
  }

  async running(): Promise<boolean> {
    const pids = await Promise.all([...this.#needed()].map(partPid));
    return pids.every((pid) => pid !== null);
  }

  /** Stops watching; the processes live on. */
  release(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  async stop(): Promise<void> {
    this.release();
    // A look that has begun would bring back what ends here.
    await this.#mending;
    for (const part of [...this.#parts.values()].toReversed()) await stopPart(part);
  }

  /** Runs `work` while nothing fetches; then fetching goes on. */
  async withoutFetching(work: () => Promise<void>): Promise<void> {
    const part = this.#parts.get('upstream');
    if (!part) return work();
    await this.#mending;
    this.#upstreamTriedAt = Number.POSITIVE_INFINITY;
    await stopPart(part);
    try {
      await work();
    } finally {
      await this.#tryUpstream(part);
    }
  }

  #needed(): ConfiguredPart[] {
    return [...this.#parts].filter(([name]) => name !== 'upstream').map(([, part]) => part);
  }

  async #mend(): Promise<void> {
    if (this.#timer === null) return;
    for (const part of this.#needed()) {
      // One that was stopped on purpose, by another process too, has no pid file; one that crashed has.
      if (!existsSync(part.pidFile) || (await partPid(part)) !== null) continue;
      log.warn('mirror.restarting', { part: part.name });
      await startPart(part).catch((error: unknown) => log.error('mirror.restart_failed', error));
    }
    const upstream = this.#parts.get('upstream');
    const front = this.#parts.get('front');
    if (!upstream || !front || !existsSync(front.pidFile) || (await partPid(upstream)) !== null) return;
    if (Date.now() - this.#upstreamTriedAt > UPSTREAM_RETRY_MS) await this.#tryUpstream(upstream);
  }

  async #tryUpstream(part: ConfiguredPart): Promise<void> {
    this.#upstreamTriedAt = Date.now();
    await ensurePart(part).catch((error: unknown) => log.warn('mirror.upstream_away', { reason: String(error) }));
    this.#upstreamTriedAt = Date.now();
  }
}

/** Running with these very settings, or started anew with them. */
async function ensurePart(part: ConfiguredPart): Promise<void> {
  const before = await readFile(part.configFile, 'utf8').catch(() => null);
  if (before === part.config && (await partPid(part)) !== null) return;
  await stopPart(part);
  await writeFile(part.configFile, part.config, { mode: 0o644 });
  await startPart(part);
}

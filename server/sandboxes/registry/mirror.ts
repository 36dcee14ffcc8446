import { existsSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '#server/errors.ts';
import type { EngineFacts } from '#server/sandboxes/engine/engine.ts';
import type { MirrorView } from '#server/shared/views.ts';
import { forgetUploads, receiveArchive } from './archive/receive-archive.ts';
import { fetchBusyBox } from './busybox.ts';
import { defaultRegistries } from './default-registry.ts';
import { createGenerations, type Generations } from './generations.ts';
import type { ImageContent } from './image-content.ts';
import { imageFiles } from './image-files.ts';
import { folderBytes, listImages } from './listing.ts';
import { MirrorParts, makeFolders } from './mirror-parts.ts';
import { type MirrorOptions, type MirrorPlan, planMirror, registryPart, servingParts } from './mirror-plan.ts';
import { ensureMirrorUser } from './mirror-user.ts';
import { pruneRegistry, removeTag } from './prune.ts';
import { pushImage } from './push.ts';
import { startPart, stopPart } from './registry-process.ts';
import { saveImages } from './save-images.ts';
import { alpineStandIn, helloWeb, windowsServer } from './stand-ins.ts';

/** The name by which sandboxes know it; each gets it as an extra host on the bridge's gateway. */
export const MIRROR_HOST = 'registry.lab';
const DEFAULT_CACHE_GIB = 20;

export type ImageName = { repository: string; tag: string };

/** The product's own registry: nested engines read from it, and nobody but us writes to it. */
export interface Mirror {
  /** What sandboxes are told: `registry.lab:5000`. */
  readonly host: string;
  /** Starts it or takes over what an earlier process left, and restarts what ends. Needs the engine's bridge. */
  start(): Promise<void>;
  running(): Promise<boolean>;
  /** What it has, and how big. */
  view(): Promise<MirrorView>;
  /** Makes sure of the stand-in images; answers the names that had to be written. An image that an admin uploaded is never replaced. */
  seed(signal?: AbortSignal): Promise<string[]>;
  /** Takes in an archive that `docker save` wrote, or an OCI layout in a tar file; all of its images, or none. */
  load(archive: Readable, signal?: AbortSignal): Promise<string[]>;
  /** Images that it has, as an archive that `load` takes. Throws `not_found`. */
  save(names: readonly ImageName[], signal?: AbortSignal): Promise<Readable>;
  /** Takes an image away and gives its space back. */
  remove(name: ImageName): Promise<void>;
  /** Stops watching; the processes go on living for the next of ours. */
  release(): void;
  stop(): Promise<void>;
}

export type MirrorSettings = { upstream?: string | null; cacheGiB?: number };

type MirrorFacts = Pick<EngineFacts, 'home' | 'socket' | 'networks' | 'registryPort'>;

export function createMirror(
  facts: MirrorFacts,
  { upstream = null, cacheGiB = DEFAULT_CACHE_GIB }: MirrorSettings = {},
): Mirror {
  return new PrivateMirror({
    home: facts.home,
    engineSocket: facts.socket,
    addresses: [facts.networks.mirror.gateway],
    port: facts.registryPort,
    upstream,
    cacheGiB,
  });
}

class PrivateMirror implements Mirror {
  readonly host: string;
  readonly #options: MirrorOptions;
  readonly #plan: MirrorPlan;
  readonly #generations: Generations;
  #parts: MirrorParts | null = null;

  constructor(options: MirrorOptions) {
    this.host = `${MIRROR_HOST}:${options.port}`;
    this.#options = options;
    this.#plan = planMirror(options);
    this.#generations = createGenerations(this.#plan.folder);
  }

  async start(): Promise<void> {
    const owner = await ensureMirrorUser();
    await makeFolders(this.#plan, owner);
    await this.#forgetRemains();
    this.#parts ??= new MirrorParts(servingParts(this.#plan, this.#options, owner));
    await this.#parts.start();
    await this.#noteStandIns();
  }

  async running(): Promise<boolean> {
    return this.#seenParts().running();
  }

  async view(): Promise<MirrorView> {
    const { upstream } = this.#options;
    const running = await this.running();
    const [own, pulled] = running ? await Promise.all([this.#own(), this.#pulled()]) : [[], []];
    const bytes = await Promise.all([folderBytes(`${this.#plan.currentData}/`), folderBytes(this.#plan.cachesFolder)]);
    const totalBytes = bytes.reduce((sum, size) => sum + size, 0);
    return { running, host: this.host, upstream, images: [...own, ...pulled], totalBytes };
  }

  async seed(signal?: AbortSignal): Promise<string[]> {
    const busybox = await fetchBusyBox(this.#plan.busyboxFolder, signal);
    const wanted = await Promise.all([alpineStandIn(busybox), helloWeb(busybox), windowsServer()].map(imageFiles));
    const present = new Map((await this.#own()).map((image) => [nameOf(image), image]));
    const missing = wanted.filter((image) => {
      const found = present.get(nameOf(image));
      return found === undefined || (found.standIn && found.digest !== image.tagged.digest);
    });
    await this.#write(missing, signal);
    return missing.map(nameOf);
  }

  async load(archive: Readable, signal?: AbortSignal): Promise<string[]> {
    await using received = await receiveArchive({
      archive,
      folder: this.#plan.uploadsFolder,
      known: { defaults: await defaultRegistries(this.#options.engineSocket), mirror: MIRROR_HOST },
      signal,
    });
    await this.#write(received.images, signal);
    return received.images.map(nameOf);
  }

  async save(names: readonly ImageName[], signal?: AbortSignal): Promise<Readable> {
    const [own, pulled] = await Promise.all([this.#own(), this.#pulled()]);
    const images = names.map((name) => {
      const has = (one: ImageName) => nameOf(one) === nameOf(name);
      if (!own.some(has) && !pulled.some(has)) throw new AppError('not_found', `the mirror has no ${nameOf(name)}`);
      return { ...name, socket: path.join(this.#plan.runFolder, own.some(has) ? 'local.sock' : 'kept.sock') };
    });
    return saveImages(images, signal);
  }

  async remove(name: ImageName): Promise<void> {
    const isOwn = (await this.#own()).some((image) => nameOf(image) === nameOf(name));
    if (isOwn) {
      await this.#generations.change(async (directory) => {
        await removeTag(directory, name);
        await this.#prune(directory);
      });
      return this.#noteStandIns();
    }
    const { cacheFolder } = this.#plan;
    const isPulled = (await this.#pulled()).some((image) => nameOf(image) === nameOf(name));
    if (!isPulled || cacheFolder === null) throw new AppError('not_found', `the mirror has no ${nameOf(name)}`);
    await this.start();
    await this.#seenParts().withoutFetching(async () => {
      await removeTag(cacheFolder, name);
      await this.#prune(cacheFolder);
    });
  }

  release(): void {
    this.#parts?.release();
  }

  async stop(): Promise<void> {
    await this.#seenParts().stop();
    await stopPart(this.#writer(this.#plan.currentData));
  }

  /** To look at them, or to end them, it does not matter whose they are; nothing is made for that. */
  #seenParts(): MirrorParts {
    return this.#parts ?? new MirrorParts(servingParts(this.#plan, this.#options, { uid: 0, gid: 0 }));
  }

  #own() {
    return listImages(path.join(this.#plan.runFolder, 'local.sock'), 'uploaded');
  }

  async #pulled() {
    return this.#plan.cacheFolder === null ? [] : listImages(path.join(this.#plan.runFolder, 'kept.sock'), 'pulled');
  }

  /** All of them, or none: they are pushed to a copy that nobody is served from yet. */
  async #write(images: readonly ImageContent[], signal?: AbortSignal): Promise<void> {
    if (images.length === 0) return;
    await this.#generations.change(async (directory) => {
      const writer = this.#writer(directory);
      await stopPart(writer);
      await writeFile(writer.configFile, writer.config);
      await startPart(writer);
      try {
        for (const image of images) await pushImage({ socket: writer.socket, signal }, image);
      } finally {
        await stopPart(writer);
      }
      await this.#prune(directory);
    });
    await this.#noteStandIns();
  }

  async #prune(directory: string): Promise<void> {
    const { configFile, config } = registryPart({
      folder: this.#plan.writeFolder,
      name: 'prune',
      directory,
      mode: { kind: 'write' },
      owner: null,
    });
    await writeFile(configFile, config);
    await pruneRegistry(directory, configFile);
  }

  /** It listens where only root can go. */
  #writer(directory: string) {
    return registryPart({
      folder: this.#plan.writeFolder,
      name: 'writer',
      directory,
      mode: { kind: 'write' },
      owner: null,
    });
  }

  /** Tells the front which images only imitate: with a way out, the real ones go first. */
  async #noteStandIns(): Promise<void> {
    const names = (await this.#own()).filter(({ standIn }) => standIn).map(nameOf);
    const { standInsFile } = this.#plan;
    await writeFile(`${standInsFile}.next`, JSON.stringify(names), { mode: 0o644 });
    await rename(`${standInsFile}.next`, standInsFile);
  }

  /** What earlier processes left that died half way; what was fetched from a registry that is asked no more. */
  async #forgetRemains(): Promise<void> {
    const { uploadsFolder, cachesFolder, cacheFolder, currentData } = this.#plan;
    await this.#generations.alone(() => stopPart(this.#writer(currentData)));
    await forgetUploads(uploadsFolder);
    for (const name of await readdir(cachesFolder).catch(() => [])) {
      const one = path.join(cachesFolder, name);
      if (one !== cacheFolder) await rm(one, { recursive: true, force: true });
    }
    // The first version, so that there is something to serve: nothing.
    if (!existsSync(currentData)) await this.#generations.change(async () => undefined);
  }
}

const nameOf = ({ repository, tag }: ImageName) => `${repository}:${tag}`;

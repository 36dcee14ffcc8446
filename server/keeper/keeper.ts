import { chmod, chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { log } from '#server/log.ts';
import { examineHost } from '#server/sandboxes/doctor/examine-host.ts';
import { createEngine, type Engine } from '#server/sandboxes/engine/engine.ts';
import { planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import type { LabImages } from '#server/sandboxes/images/lab-images.ts';
import { createMirror, type Mirror } from '#server/sandboxes/registry/mirror.ts';
import type { DoctorFinding } from '#server/shared/views.ts';
import { courseImages } from './course-images.ts';
import { startFilter } from './filter/filter-server.ts';
import type { KeeperConfig } from './keeper-config.ts';
import { DOCKER_SOCKET, KEEPER_SOCKET, type KeeperEvent, type KeeperStatus } from './keeper-contract.ts';
import { type KeeperHandlers, startKeeperServer } from './keeper-server.ts';
import { bindOwn, handOverOwn, holdOwnStill, type OwnSandboxes, placeOf, sandboxRules } from './own-sandboxes.ts';

const RETRY_MS = 15_000;

/** Holds what needs root: the engine, its mirror and the lab images; serves the web process on two sockets. */
export class Keeper {
  readonly #config: KeeperConfig;
  readonly #engine: Engine;
  readonly #mirror: Mirror;
  readonly #images: LabImages;
  readonly #own: OwnSandboxes;
  #unavailable: string | null = null;
  #retry: NodeJS.Timeout | null = null;
  #servers: AsyncDisposable[] = [];

  constructor(config: KeeperConfig) {
    const { installation } = config;
    this.#config = config;
    this.#engine = createEngine({ home: config.engineHome, index: config.engineIndex });
    this.#mirror = createMirror(this.#engine.facts, config.mirror);
    this.#images = courseImages({ config, engine: this.#engine, mirror: this.#mirror });
    const isLabImage = (image: string) => this.#images.views().some(({ tag }) => tag === image);
    this.#own = { engine: this.#engine, installation, isLabImage };
  }

  /** Answers on its sockets once it is known whether this machine can have an engine. */
  async start(): Promise<void> {
    const { socketFolder, webGroup: groupId, installation } = this.#config;
    await this.#tryEngine();
    await mkdir(socketFolder, { recursive: true, mode: 0o750 });
    await chown(socketFolder, 0, groupId);
    await chmod(socketFolder, 0o750);
    const filter = await startFilter({
      socketPath: path.join(socketFolder, DOCKER_SOCKET),
      groupId,
      engineSocket: this.#engine.facts.socket,
      installation,
      sandboxRules: () => sandboxRules(this.#own),
    });
    const server = await startKeeperServer({
      socketPath: path.join(socketFolder, KEEPER_SOCKET),
      groupId,
      handlers: this.#handlers(),
      loadArchive: (archive, signal) => this.#mirror.load(archive, signal),
      holdStill: (containerId) => holdOwnStill(this.#own, containerId),
      watch: (listener) => this.#watch(listener),
    });
    this.#servers = [server, filter];
  }

  /** Lets go: the engine, its sandboxes and the mirror go on living for the next keeper. */
  async dispose(): Promise<void> {
    if (this.#retry) clearTimeout(this.#retry);
    for (const server of this.#servers) await server[Symbol.asyncDispose]();
    this.#servers = [];
    await this.#images.dispose();
    this.#mirror.release();
    this.#engine.release();
  }

  async #tryEngine(): Promise<void> {
    try {
      await this.#engine.start();
      await this.#mirror.start();
      this.#unavailable = null;
      this.#images.ensureAll();
    } catch (error) {
      this.#unavailable = error instanceof Error ? error.message : String(error);
      log.warn('keeper.no_engine', { reason: this.#unavailable });
      this.#retry = setTimeout(() => void this.#tryEngine(), RETRY_MS);
    }
  }

  #handlers(): KeeperHandlers {
    return {
      status: () => this.#status(),
      place: () => placeOf(this.#engine.facts),
      bind_network: async ({ containerId }) => {
        await bindOwn(this.#own, containerId);
        return {};
      },
      hand_over_cgroup: async ({ containerId }) => {
        await handOverOwn(this.#own, containerId);
        return {};
      },
      free_bytes: async () => ({ bytes: await this.#engine.freeBytes() }),
      disk_usage: async () => Object.fromEntries(await this.#engine.diskUsage()),
      images: async () => this.#images.views(),
      rebuild_image: async ({ courseId }) => {
        this.#images.rebuild(courseId);
        return {};
      },
      mirror: () => this.#mirror.view(),
      seed_mirror: () => this.#mirror.seed(),
      remove_mirror_image: async (name) => {
        await this.#mirror.remove(name);
        return {};
      },
      doctor: () => this.#examine(),
    };
  }

  #examine(): Promise<DoctorFinding[]> {
    const { engineHome, engineIndex, mirror, webPort } = this.#config;
    const plan = planEngine({ home: engineHome, index: engineIndex });
    return examineHost({ plan, mirror: this.#mirror, upstream: mirror.upstream, webPort });
  }

  async #status(): Promise<KeeperStatus> {
    return {
      unavailable: this.#unavailable,
      installation: this.#config.installation,
      engine: wireStatus(this.#engine),
      mirrorRunning: await this.#mirror.running(),
    };
  }

  async #watch(listener: (event: KeeperEvent) => void): Promise<Disposable> {
    const status = await this.#status();
    listener({ type: 'all', status, images: this.#images.views() });
    const engine = this.#engine.onStateChange(() => listener({ type: 'engine', engine: wireStatus(this.#engine) }));
    const images = this.#images.onChange(({ courseId, lines }) => {
      const view = this.#images.views().find((one) => one.courseId === courseId);
      if (view === undefined) return;
      const { log: _log, ...image } = view;
      listener({ type: 'image', image, lines });
    });
    return {
      [Symbol.dispose]() {
        engine[Symbol.dispose]();
        images[Symbol.dispose]();
      },
    };
  }
}

function wireStatus(engine: Engine): KeeperStatus['engine'] {
  const { state, ...status } = engine.status();
  return { ...status, state: state.phase === 'running' ? { ...state, since: state.since.toISOString() } : state };
}

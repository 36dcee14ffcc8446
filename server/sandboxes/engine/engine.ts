import path from 'node:path';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { NetworkMode, Stillness } from '#server/sandboxes/driver.ts';
import { bindPort, removeBridge } from './bridges.ts';
import { delegateCgroup } from './cgroup.ts';
import { wakeContainers } from './container-processes.ts';
import { adoptDaemon, connect, daemonAnswers, daemonPid, endDaemon, ensureNetwork, startDaemon } from './daemon.ts';
import { DiskUsage } from './disk-usage.ts';
import {
  type BridgeNetwork,
  bridgesOf,
  type EngineOptions,
  type EnginePlan,
  planEngine,
  type StorageDriver,
} from './engine-plan.ts';
import { raiseKernelLimits } from './kernel-limits.ts';
import { NetworkGuard, type Repair } from './network-guard.ts';
import { makeReachableHome } from './reachable.ts';
import { StillContainers } from './still-containers.ts';
import { closeStore, freeInStore, mountsInside, openStore } from './store.ts';
import { StrayImages } from './stray-images.ts';
import { StrayProcesses } from './stray-processes.ts';
import { type Health, Supervision } from './supervision.ts';
import { forgetTakenDown, noteTakenDown, wasTakenDown } from './taken-down.ts';
import { ensureUserMap } from './user-map.ts';

export type EngineState =
  | { phase: 'stopped' }
  | { phase: 'starting' }
  | { phase: 'running'; pid: number; adopted: boolean; since: Date }
  | { phase: 'restarting'; attempt: number; reason: string }
  | { phase: 'stopping' };

/** What the rest of the product may know; all of it is fixed by the options but the storage driver. */
export type EngineFacts = {
  socket: string;
  home: string;
  userns: boolean;
  /** One for each thing that a course may ask for. */
  networks: Record<NetworkMode, BridgeNetwork>;
  buildNetwork: BridgeNetwork;
  registryPort: number;
};

export type EngineStatus = {
  state: EngineState;
  /** Quota and whole snapshots exist on btrfs alone. Null before the first start. */
  storage: { driver: StorageDriver; quota: boolean } | null;
  /** Firewall rules that this host's kernel refused, or that are missing at this moment. Empty: all hold. */
  gaps: readonly string[];
  /** Rules that somebody took away and that were put back, newest first. */
  repairs: readonly Repair[];
  /** Commands that would raise kernel limits which we could not: past them new sandboxes do not boot. */
  tightLimits: string[];
};

/** The private Docker daemon. Everything that needs root is behind it; its other side may become a process of its own. */
export interface Engine {
  readonly facts: EngineFacts;
  /** Starts it, or takes over the one an earlier process left. Safe twice. Then keeps it alive until `stop` or `release`. */
  start(): Promise<void>;
  status(): EngineStatus;
  /** Once per container start, before anything of the student's runs in it: its bridge port is then its own alone. */
  bindNetwork(containerId: string): Promise<void>;
  /** Once per container start: its cgroup then belongs to it, which is the go-ahead for its system to boot. */
  handOverCgroup(containerId: string): Promise<void>;
  /** Lets a container stand still; when we stop watching, or after a minute, it runs again all the same. */
  holdStill(containerId: string): Promise<Stillness>;
  onStateChange(listener: (state: EngineState) => void): Disposable;
  /** Bytes that each container holds alone, by its id; at most some seconds old. Empty where the store cannot tell. */
  diskUsage(): Promise<ReadonlyMap<string, number>>;
  /** Bytes that still fit where containers and images are kept. */
  freeBytes(): Promise<number>;
  /** Opens the one network with a way out, for the steps of an image build; disposing closes it again. */
  openBuildNetwork(): Promise<AsyncDisposable>;
  /** Stops watching; the daemon and its containers go on living for the next process. */
  release(): void;
  /** Ends every container and the daemon, and takes away mounts, bridges and rules. */
  stop(): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  return new PrivateEngine(planEngine(options));
}

class PrivateEngine implements Engine {
  readonly facts: EngineFacts;
  readonly #plan: EnginePlan;
  readonly #disk = new DiskUsage();
  readonly #network: NetworkGuard;
  readonly #strays: readonly { look(): Promise<void> }[];
  readonly #still = new StillContainers();
  readonly #listeners = new Set<(state: EngineState) => void>();
  #state: EngineState = { phase: 'stopped' };
  #storage: StorageDriver | null = null;
  #tightLimits: string[] = [];
  #owner = { uid: 0, gid: 0 };
  readonly #supervision = new Supervision({
    look: () => this.#look(),
    onCalm: (health) => this.#follow(health),
    restart: async (why) => {
      this.#become({ phase: 'restarting', ...why });
      await this.#bringUp();
    },
  });
  #isHeld = false;
  #starting: Promise<void> | null = null;

  constructor(plan: EnginePlan) {
    this.#plan = plan;
    this.#strays = [new StrayProcesses(plan), new StrayImages(plan)];
    this.#network = new NetworkGuard(plan, () => this.#tell());
    const { socket, home, networks, buildNetwork, registryPort } = plan;
    this.facts = { socket, home, userns: true, networks, buildNetwork, registryPort };
  }

  async start(): Promise<void> {
    this.#isHeld = true;
    // Whoever held them has died.
    await wakeContainers(this.#plan);
    await this.#bringUp();
    if (!this.#isHeld) return;
    this.#supervision.begin();
    this.#network.watch();
  }

  status(): EngineStatus {
    const storage = this.#storage === null ? null : { driver: this.#storage, quota: this.#storage === 'btrfs' };
    const { gaps, repairs } = this.#network;
    return { state: this.#state, storage, gaps, repairs, tightLimits: this.#tightLimits };
  }

  async bindNetwork(containerId: string): Promise<void> {
    const { State, NetworkSettings } = await this.#running(containerId);
    for (const network of Object.values(this.#plan.networks)) {
      const endpoint = NetworkSettings.Networks[network.name];
      if (endpoint === undefined) continue;
      if (network === this.#plan.networks.internet) await this.#network.openInternet();
      await bindPort(network, { pid: State.Pid, mac: endpoint.MacAddress, address: endpoint.IPAddress });
    }
  }

  async handOverCgroup(containerId: string): Promise<void> {
    const { State } = await this.#running(containerId);
    await delegateCgroup(State.Pid, this.#owner);
  }

  async holdStill(containerId: string): Promise<Stillness> {
    const { State } = await this.#running(containerId);
    return this.#still.hold(containerId, State.Pid);
  }

  async #running(containerId: string) {
    const details = await connect(this.#plan).getContainer(containerId).inspect();
    if (!details.State.Running) throw new AppError('sandbox_gone', `container ${containerId} is not running`);
    return details;
  }

  onStateChange(listener: (state: EngineState) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  async diskUsage(): Promise<ReadonlyMap<string, number>> {
    if (this.#storage !== 'btrfs') return new Map();
    const { uid, gid } = this.#owner;
    return this.#disk.read(this.#plan.dataRoot, path.join(this.#plan.dataRoot, `${uid}.${gid}`));
  }

  freeBytes(): Promise<number> {
    return freeInStore(this.#plan);
  }

  async openBuildNetwork(): Promise<AsyncDisposable> {
    await ensureNetwork(this.#plan, this.#plan.buildNetwork, false);
    return this.#network.openBuild();
  }

  release(): void {
    this.#isHeld = false;
    this.#supervision.end();
    this.#network.release();
    void this.#still.endAll();
  }

  async stop(): Promise<void> {
    this.release();
    await this.#still.endAll();
    await this.#starting?.catch(() => undefined);
    this.#become({ phase: 'stopping' });
    await noteTakenDown(this.#plan);
    await this.#takeDown();
    this.#become({ phase: 'stopped' });
  }

  #bringUp(): Promise<void> {
    this.#starting ??= this.#bringUpOnce().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #bringUpOnce(): Promise<void> {
    if (this.#state.phase === 'running' && (await daemonAnswers(this.#plan))) return;
    if (process.getuid?.() !== 0) throw new AppError('host_incapable', 'the private engine needs root');
    await makeReachableHome(this.#plan.home);
    // What lives already is not ours to end: containers may have outlived their daemon.
    const isFresh = (await daemonPid(this.#plan)) === null && (await mountsInside(this.#plan.home)).length === 0;
    if (this.#state.phase === 'stopped') this.#become({ phase: 'starting' });
    try {
      await this.#bringUpParts();
    } catch (error) {
      if (isFresh) await this.#takeDown().catch((fault: unknown) => log.error('engine.not_taken_down', fault));
      if (this.#state.phase === 'starting') this.#become({ phase: 'stopped' });
      throw error;
    }
  }

  async #bringUpParts(): Promise<void> {
    this.#owner = await ensureUserMap();
    this.#tightLimits = await raiseKernelLimits();
    const running = await this.#adopt();
    const { mirror, none, internet } = this.#plan.networks;
    for (const network of [mirror, none]) await ensureNetwork(this.#plan, network, true);
    await ensureNetwork(this.#plan, internet, false);
    await this.#network.establish();
    await forgetTakenDown(this.#plan);
    this.#become({ phase: 'running', ...running, since: new Date() });
  }

  async #takeDown(): Promise<void> {
    await endDaemon(this.#plan);
    await this.#network.remove();
    for (const bridge of bridgesOf(this.#plan)) await removeBridge(bridge);
    await closeStore(this.#plan);
  }

  async #adopt(): Promise<{ pid: number; adopted: boolean }> {
    this.#storage = await openStore(this.#plan);
    const pid = await adoptDaemon(this.#plan);
    if (pid !== null) return { pid, adopted: true };
    return { pid: await startDaemon(this.#plan, this.#storage), adopted: false };
  }

  async #look(): Promise<Health> {
    if (await wasTakenDown(this.#plan)) return 'taken down';
    if ((await daemonPid(this.#plan)) === null) return 'ended';
    return (await daemonAnswers(this.#plan)) ? 'answers' : 'silent';
  }

  /** Another process may stop the engine that we watch, and start it again. */
  async #follow(health: 'answers' | 'taken down'): Promise<void> {
    const isStopped = this.#state.phase === 'stopped';
    if (health === 'taken down' && !isStopped) this.#become({ phase: 'stopped' });
    if (health !== 'answers') return;
    if (!isStopped) return this.#lookForStrays();
    await this.#bringUp().catch((error: unknown) => log.error('engine.not_followed', error));
  }

  async #lookForStrays(): Promise<void> {
    const looks = await Promise.allSettled(this.#strays.map((strays) => strays.look()));
    for (const look of looks) if (look.status === 'rejected') log.error('engine.strays_not_seen', look.reason);
  }

  #become(state: EngineState): void {
    this.#state = state;
    log.info('engine.state', { ...state });
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#state);
  }
}

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import Docker, { type Container, type ContainerCreateOptions } from 'dockerode';
import { type Clock, systemClock } from '#server/clock.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type {
  DriverReport,
  Sandbox,
  SandboxDriver,
  SandboxRef,
  SandboxSpec,
  SnapshotRef,
} from '#server/sandboxes/driver.ts';
import { BootTurns } from './boot-turns.ts';
import { containerOptions, INSTALLATION_LABEL, SANDBOX_LABEL } from './container-options.ts';
import { DockerBoot } from './docker-boot.ts';
import { DockerCommands } from './docker-commands.ts';
import { asking, httpStatusOf } from './docker-errors.ts';
import { DockerEvents } from './docker-events.ts';
import { dockerExec } from './docker-exec.ts';
import type { DockerPlace } from './docker-place.ts';
import { capabilitiesOf, type EngineFacts, engineFacts, reportOf, unreachableReport } from './docker-report.ts';
import { type DiskUsageSource, DockerSandbox } from './docker-sandbox.ts';
import { DockerSnapshots, isWholeOn } from './docker-snapshots.ts';
import { removeContainer } from './remove-container.ts';
import type { SandboxHost } from './sandbox-host.ts';

export type DockerDriverOptions = {
  /** Names this installation on an engine that others use too. */
  installation: string;
  /** Asked anew for each piece of work; throws `engine_down` while there is none. */
  place: () => Promise<DockerPlace>;
  /** Tag of the course's lab image, null while it is not built. */
  imageFor: (courseId: string) => Promise<string | null>;
  host: SandboxHost;
  /** Bytes that each container holds on disk, by its id. Left out: nobody can tell. */
  diskUsage?: DiskUsageSource;
  clock?: Clock;
};

const NO_SYSTEM = ':no-system';
/** Whether its system has begun to boot, and the tools that this image has beyond the usual. */
const KNOWN_SCRIPT = `
[ -d /run/systemd/system ] || echo ${NO_SYSTEM}
cat /etc/chapterhouse/optional 2>/dev/null
exit 0
`.trim();
/** A sandbox too full to run a command is taken over all the same, and can be reset. */
const KNOWN_LIMIT_MS = 10_000;

/** Sandboxes as unprivileged containers of an engine that maps their root to nobody. */
export class DockerDriver implements SandboxDriver {
  readonly name = 'docker';
  readonly boots = true;
  readonly #options: DockerDriverOptions;
  readonly #events: DockerEvents;
  readonly #clock: Clock;
  readonly #turns: BootTurns;
  readonly #boots = new Set<DockerBoot>();
  /** The tools of each image that a sandbox was made with. */
  readonly #tools = new Map<string, readonly string[]>();
  #seccomp: Promise<string> | null = null;
  #client: { socketPath: string; docker: Docker } | null = null;

  constructor(options: DockerDriverOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#turns = new BootTurns(this.#clock);
    this.#events = new DockerEvents({
      connect: async () => this.#connect(await options.place()),
      installation: options.installation,
      clock: this.#clock,
    });
  }

  async check(): Promise<DriverReport> {
    try {
      const docker = this.#connect(await this.#options.place());
      return reportOf(await factsOf(docker));
    } catch (error) {
      return unreachableReport(error instanceof Error ? error.message : String(error));
    }
  }

  async create(spec: SandboxSpec, signal?: AbortSignal): Promise<Sandbox> {
    signal?.throwIfAborted();
    using _newcomer = this.#turns.newcomer();
    const place = await this.#options.place();
    const docker = this.#connect(place);
    const facts = await factsOf(docker);
    if (!facts.hasUserns) throw new AppError('host_incapable', 'the engine has no user namespace: refused');
    const image = await this.#imageFor(spec);
    const container = await this.#createContainer(docker, { spec, place, facts, image });
    try {
      signal?.throwIfAborted();
      return await this.#start(container, { spec, facts, image, ...(signal && { signal }) });
    } catch (error) {
      this.#events.forget(container.id);
      await removeContainer(container);
      throw error;
    }
  }

  async adopt({ sandboxId, ref, waits = false }: SandboxRef & { waits?: boolean }): Promise<Sandbox | null> {
    const docker = this.#connect(await this.#options.place());
    const container = docker.getContainer(ref);
    const details = await asking('adopt', () =>
      container.inspect().catch((error: unknown) => (httpStatusOf(error) === 404 ? null : Promise.reject(error))),
    );
    if (details === null || details.Config.Labels[INSTALLATION_LABEL] !== this.#options.installation) return null;
    if (!details.State.Running) {
      await removeContainer(container);
      return null;
    }
    const facts = await factsOf(docker);
    const own = this.#commandsOf(docker.getContainer(details.Id));
    const known = await knownOf(own);
    // One that cannot tell has been in use, so that its system runs.
    const boot = known?.hasSystem === false ? this.#boot(own, waits) : DockerBoot.over();
    return this.#watched({ sandboxId, commands: own, facts, tools: known?.tools ?? [], boot });
  }

  async list(): Promise<SandboxRef[]> {
    const docker = this.#connect(await this.#options.place());
    const label = [`${INSTALLATION_LABEL}=${this.#options.installation}`];
    const containers = await asking('list', () => docker.listContainers({ all: true, filters: { label } }));
    return containers.map(({ Id, Labels }) => ({ sandboxId: Labels[SANDBOX_LABEL] ?? Id, ref: Id }));
  }

  async listSnapshots(): Promise<SnapshotRef[]> {
    return this.#snapshots(this.#connect(await this.#options.place())).list();
  }

  async deleteSnapshot({ ref }: SnapshotRef): Promise<void> {
    await this.#snapshots(this.#connect(await this.#options.place())).remove(ref);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#boots].map((boot) => boot.letGo()));
    this.#events.dispose();
  }

  async #imageFor({ from, courseId }: SandboxSpec): Promise<string> {
    const image = from?.ref ?? (await this.#options.imageFor(courseId));
    if (image === null) throw new AppError('image_not_built', `no lab image for ${courseId}`);
    return image;
  }

  async #createContainer(docker: Docker, { spec, place, facts, image }: Making): Promise<Container> {
    const { installation } = this.#options;
    this.#seccomp ??= readFile(new URL('./seccomp.json', import.meta.url), 'utf8');
    const seccomp = await this.#seccomp;
    const { name, ...body } = containerOptions({
      spec,
      installation,
      image,
      shellToken: randomBytes(32).toString('hex'),
      seccomp,
      place,
      ...facts,
    });
    // Else the client library says all of it twice, in the body and in the address.
    const request: ContainerCreateOptions & { _query: object; _body: object } = { _query: { name }, _body: body };
    if (spec.from !== undefined) await this.#snapshots(docker).require(spec.from.ref);
    return asking('create', () => docker.createContainer(request));
  }

  async #start(container: Container, { spec, facts, image, signal }: Starting): Promise<Sandbox> {
    await asking('start', () => container.start());
    signal?.throwIfAborted();
    await this.#options.host.bindNetwork(container.id);
    const commands = this.#commandsOf(container);
    const tools = this.#tools.get(image) ?? (await knownOf(commands))?.tools;
    // What one sandbox could not tell, the next one is asked again.
    if (tools !== undefined) this.#tools.set(image, tools);
    signal?.throwIfAborted();
    const boot = this.#boot(commands, spec.waits === true);
    return this.#watched({ sandboxId: spec.sandboxId, commands, facts, tools: tools ?? [], boot });
  }

  #commandsOf(container: Container): DockerCommands {
    return new DockerCommands(container, this.#options.host);
  }

  #boot(commands: DockerCommands, waits: boolean): DockerBoot {
    const handOverCgroup = (containerId: string) => this.#options.host.handOverCgroup(containerId);
    const parts = { commands, turns: this.#turns, clock: this.#clock, handOverCgroup };
    const boot = waits ? DockerBoot.waiting(parts) : DockerBoot.begin(parts);
    this.#boots.add(boot);
    const over = () => void this.#boots.delete(boot);
    boot.done.then(over, over);
    return boot;
  }

  async #watched({ sandboxId, commands, facts, tools, boot }: Watching): Promise<Sandbox> {
    const capabilities = capabilitiesOf(facts, tools);
    const { diskUsage = null } = this.#options;
    const snapshots = this.#snapshots(this.#connect(await this.#options.place()));
    const keep = (snapshotId: string, signal?: AbortSignal) =>
      snapshots.take(commands, { snapshotId, whole: isWholeOn(facts.storage), ...(signal && { signal }) });
    const events = this.#events;
    const sandbox = new DockerSandbox({ sandboxId, commands, capabilities, events, diskUsage, keep, boot });
    await sandbox.watch();
    return sandbox;
  }

  #snapshots(docker: Docker): DockerSnapshots {
    return new DockerSnapshots(docker, this.#options.installation);
  }

  #connect({ socketPath }: DockerPlace): Docker {
    if (this.#client?.socketPath !== socketPath) this.#client = { socketPath, docker: new Docker({ socketPath }) };
    return this.#client.docker;
  }
}

type Making = { spec: SandboxSpec; place: DockerPlace; facts: EngineFacts; image: string };
type Starting = { spec: SandboxSpec; facts: EngineFacts; image: string; signal?: AbortSignal };
type Watching = {
  sandboxId: string;
  commands: DockerCommands;
  facts: EngineFacts;
  tools: readonly string[];
  boot: DockerBoot;
};

async function factsOf(docker: Docker): Promise<EngineFacts> {
  return engineFacts(await asking('info', () => docker.info()), existsSync('/dev/fuse'));
}

type Known = { hasSystem: boolean; tools: string[] };

/** Null where a sandbox cannot tell. */
async function knownOf(commands: DockerCommands): Promise<Known | null> {
  const asked = {
    argv: ['sh', '-c', KNOWN_SCRIPT],
    user: 'root',
    timeoutMs: KNOWN_LIMIT_MS,
    maxOutputBytes: 4096,
  } as const;
  try {
    const { stdout } = await dockerExec(commands, asked);
    const words = stdout.toString('utf8').split(/\s+/).filter(Boolean);
    return { hasSystem: !words.includes(NO_SYSTEM), tools: words.filter((word) => word !== NO_SYSTEM) };
  } catch (error) {
    if (errorCode(error) === 'engine_down') throw error;
    log.warn('docker.tools_unknown', { containerId: commands.container.id, code: errorCode(error) });
    return null;
  }
}

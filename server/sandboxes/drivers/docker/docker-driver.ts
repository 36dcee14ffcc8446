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
import { containerOptions, INSTALLATION_LABEL, SANDBOX_LABEL } from './container-options.ts';
import { asking, httpStatusOf } from './docker-errors.ts';
import { DockerEvents } from './docker-events.ts';
import { dockerExec } from './docker-exec.ts';
import type { DockerPlace } from './docker-place.ts';
import { capabilitiesOf, type EngineFacts, engineFacts, reportOf, unreachableReport } from './docker-report.ts';
import { type DiskUsageSource, DockerSandbox } from './docker-sandbox.ts';
import { SHELLS_DIRECTORY } from './docker-shell.ts';
import { DockerSnapshots, isWholeOn } from './docker-snapshots.ts';
import { removeContainer } from './remove-container.ts';

export type DockerDriverOptions = {
  /** Names this installation on an engine that others use too. */
  installation: string;
  /** Asked anew for each piece of work; throws `engine_down` while there is none. */
  place: () => Promise<DockerPlace>;
  /** Tag of the course's lab image, null while it is not built. */
  imageFor: (courseId: string) => Promise<string | null>;
  /** Gives the container's cgroup to its own root, and shuts its network port off from its neighbours'. */
  handOverCgroup: (containerId: string) => Promise<void>;
  /** Bytes that each container holds on disk, by its id. Left out: nobody can tell. */
  diskUsage?: DiskUsageSource;
  clock?: Clock;
};

const BOOT_LIMIT_MS = 60_000;

/** Waits until a shell can be held, then names the tools that this image has beyond the usual. */
const BOOT_SCRIPT = `
until [ -d ${SHELLS_DIRECTORY} ]; do sleep 0.1; done
cat /etc/chapterhouse/optional 2>/dev/null
exit 0
`.trim();

/** Whatever state it is in, an answer: a sandbox that was never handed over does not boot any more. */
const KNOWN_SCRIPT = 'cat /etc/chapterhouse/optional 2>/dev/null; exit 0';
/** A sandbox too full to run a command is taken over all the same, and can be reset. */
const KNOWN_LIMIT_MS = 10_000;

/** Sandboxes as unprivileged containers of an engine that maps their root to nobody. */
export class DockerDriver implements SandboxDriver {
  readonly name = 'docker';
  readonly #options: DockerDriverOptions;
  readonly #events: DockerEvents;
  #seccomp: Promise<string> | null = null;
  #client: { socketPath: string; docker: Docker } | null = null;

  constructor(options: DockerDriverOptions) {
    this.#options = options;
    this.#events = new DockerEvents({
      connect: async () => this.#connect(await options.place()),
      installation: options.installation,
      clock: options.clock ?? systemClock,
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
    const place = await this.#options.place();
    const docker = this.#connect(place);
    const facts = await factsOf(docker);
    if (!facts.hasUserns) throw new AppError('host_incapable', 'the engine has no user namespace: refused');
    const container = await this.#createContainer(docker, { spec, place, facts });
    try {
      signal?.throwIfAborted();
      return await this.#boot(container, { spec, facts, ...(signal && { signal }) });
    } catch (error) {
      this.#events.forget(container.id);
      await removeContainer(container);
      throw error;
    }
  }

  async adopt({ sandboxId, ref }: SandboxRef): Promise<Sandbox | null> {
    const docker = this.#connect(await this.#options.place());
    const container = docker.getContainer(ref);
    const details = await asking('adopt', () =>
      container.inspect().catch((error: unknown) => (httpStatusOf(error) === 404 ? null : Promise.reject(error))),
    );
    if (details === null || details.Config.Labels[INSTALLATION_LABEL] !== this.#options.installation) return null;
    // Its state was being kept when the engine or we went.
    if (details.State.Paused) await asking('unpause', () => container.unpause());
    if (!details.State.Running) {
      await removeContainer(container);
      return null;
    }
    const facts = await factsOf(docker);
    const tools = await toolsOf(docker.getContainer(details.Id));
    return this.#watched({ sandboxId, container: docker.getContainer(details.Id), facts, tools });
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
    this.#events.dispose();
  }

  async #createContainer(docker: Docker, { spec, place, facts }: Making): Promise<Container> {
    const image = spec.from?.ref ?? (await this.#options.imageFor(spec.courseId));
    if (image === null) throw new AppError('image_not_built', `no lab image for ${spec.courseId}`);
    const { installation } = this.#options;
    this.#seccomp ??= readFile(new URL('./seccomp.json', import.meta.url), 'utf8');
    const seccomp = await this.#seccomp;
    const { name, ...body } = containerOptions({ spec, installation, image, seccomp, place, ...facts });
    // Else the client library says all of it twice, in the body and in the address.
    const request: ContainerCreateOptions & { _query: object; _body: object } = { _query: { name }, _body: body };
    if (spec.from !== undefined) await this.#snapshots(docker).require(spec.from.ref);
    return asking('create', () => docker.createContainer(request));
  }

  async #boot(container: Container, { spec, facts, signal }: Booting): Promise<Sandbox> {
    await asking('start', () => container.start());
    signal?.throwIfAborted();
    await this.#options.handOverCgroup(container.id);
    const tools = await bootedWith(container, signal);
    log.debug('docker.booted', { sandboxId: spec.sandboxId, tools });
    return this.#watched({ sandboxId: spec.sandboxId, container, facts, tools });
  }

  async #watched({ sandboxId, container, facts, tools }: Watching): Promise<Sandbox> {
    const capabilities = capabilitiesOf(facts, tools);
    const { diskUsage = null } = this.#options;
    const snapshots = this.#snapshots(this.#connect(await this.#options.place()));
    const keep = (snapshotId: string, signal?: AbortSignal) =>
      snapshots.take(container, { snapshotId, whole: isWholeOn(facts.storage), ...(signal && { signal }) });
    const sandbox = new DockerSandbox({ sandboxId, container, capabilities, events: this.#events, diskUsage, keep });
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

type Making = { spec: SandboxSpec; place: DockerPlace; facts: EngineFacts };
type Booting = { spec: SandboxSpec; facts: EngineFacts; signal?: AbortSignal };
type Watching = { sandboxId: string; container: Container; facts: EngineFacts; tools: string[] };

async function factsOf(docker: Docker): Promise<EngineFacts> {
  return engineFacts(await asking('info', () => docker.info()), existsSync('/dev/fuse'));
}

/** Resolves with the image's own tools when a shell can be opened. */
async function bootedWith(container: Container, signal?: AbortSignal): Promise<string[]> {
  const result = await dockerExec(container, {
    argv: ['sh', '-c', BOOT_SCRIPT],
    user: 'root',
    timeoutMs: BOOT_LIMIT_MS,
    maxOutputBytes: 4096,
    ...(signal && { signal }),
  });
  if (result.exitCode !== 0) throw new AppError('sandbox_failed', `sandbox ${container.id} did not boot`);
  return words(result.stdout);
}

const words = (text: Buffer) => text.toString('utf8').split(/\s+/).filter(Boolean);

/** The image's own tools, as far as a sandbox that runs already can still tell. */
async function toolsOf(container: Container): Promise<string[]> {
  const asked = {
    argv: ['sh', '-c', KNOWN_SCRIPT],
    user: 'root',
    timeoutMs: KNOWN_LIMIT_MS,
    maxOutputBytes: 4096,
  } as const;
  try {
    return words((await dockerExec(container, asked)).stdout);
  } catch (error) {
    if (errorCode(error) === 'engine_down') throw error;
    log.warn('docker.tools_unknown', { containerId: container.id, code: errorCode(error) });
    return [];
  }
}

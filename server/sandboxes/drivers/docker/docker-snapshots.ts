import type Docker from 'dockerode';
import type { Container } from 'dockerode';
import { z } from 'zod';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { SnapshotRef, TakenSnapshot } from '#server/sandboxes/driver.ts';
import { INSTALLATION_LABEL } from './container-options.ts';
import type { DockerCommands } from './docker-commands.ts';
import { asking, httpStatusOf } from './docker-errors.ts';

export const SNAPSHOT_LABEL = 'chapterhouse.snapshot';

const SNAPSHOT_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
/**
 * Each state kept of a restored sandbox lies one layer above the state that it was restored from. The engine ends at
 * 125; a chain this long is refused while there is still room to save it in other ways.
 */
const MAX_LAYERS = 100;
const MIB = 1024 ** 2;
/** Where the engine holds no size for the sandbox. */
const UNKNOWN_LIMIT_BYTES = 4096 * MIB;

/** Where the nested stores lie in the sandbox's own file system, they are kept with it. */
export const isWholeOn = (storage: string): boolean => storage === 'btrfs';

const sized = z.object({
  SizeRw: z.number().default(0),
  SizeRootFs: z.number(),
  HostConfig: z.object({ StorageOpt: z.object({ size: z.string() }).partial().nullish() }),
});

/** An option that the client's types do not know. */
const WITH_SIZE: object = { size: true };

/** What a sandbox adds to what it began with, in bytes. */
type Held = { sizeBytes: number; baseBytes: number; limitBytes: number };
type Taking = { snapshotId: string; whole: boolean; signal?: AbortSignal };

/** Kept states as images of the engine, one repository for each installation. */
export class DockerSnapshots {
  readonly #docker: Docker;
  readonly #installation: string;

  constructor(docker: Docker, installation: string) {
    this.#docker = docker;
    this.#installation = installation;
  }

  /** The sandbox stands still while its state is read, so that files are not caught half written. */
  async take(commands: DockerCommands, { snapshotId, whole, signal }: Taking): Promise<TakenSnapshot> {
    const { container } = commands;
    signal?.throwIfAborted();
    if (!SNAPSHOT_ID.test(snapshotId)) throw new TypeError(`not a snapshot id: ${snapshotId}`);
    const size = await this.#sizeOf(container);
    const { sizeBytes, limitBytes } = size;
    // Holes in files are filled in the copy: a file may be larger than the disk it lies on.
    if (sizeBytes > limitBytes) throw new AppError('snapshot_too_large', `${sizeBytes} bytes in ${container.id}`);
    signal?.throwIfAborted();
    const repo = this.#repository;
    const ref = `${repo}:${snapshotId}`;
    const labels = { [INSTALLATION_LABEL]: this.#installation, [SNAPSHOT_LABEL]: snapshotId };
    const query = { container: container.id, repo, tag: snapshotId, pause: 'false' };
    try {
      await commands.whileStill(() =>
        asking('snapshot', () => container.commit({ _query: query, _body: { Labels: labels } })),
      );
      signal?.throwIfAborted();
      await this.#requireBounds(ref, size);
    } catch (error) {
      await this.remove(ref).catch((cause: unknown) => log.error('docker.snapshot_left', cause, { ref }));
      throw error;
    }
    return { snapshotId, ref, whole, sizeBytes };
  }

  async list(): Promise<SnapshotRef[]> {
    const filters = { reference: [this.#repository], label: [`${INSTALLATION_LABEL}=${this.#installation}`] };
    const images = await asking('list snapshots', () => this.#docker.listImages({ filters: JSON.stringify(filters) }));
    const tags = images.flatMap((image) => image.RepoTags ?? []);
    const own = tags.filter((tag) => tag.startsWith(`${this.#repository}:`));
    return own.map((ref) => ({ snapshotId: ref.slice(this.#repository.length + 1), ref }));
  }

  async remove(ref: string): Promise<void> {
    this.#requireOwn(ref);
    try {
      await this.#docker.getImage(ref).remove();
    } catch (error) {
      const status = httpStatusOf(error);
      if (status === 404) return;
      if (status === 409) throw new AppError('snapshot_in_use', `${ref} carries a sandbox`, { cause: error });
      await asking('delete snapshot', () => Promise.reject(error));
    }
  }

  /** Before a sandbox is begun with it. */
  async require(ref: string): Promise<void> {
    this.#requireOwn(ref);
    const found = await this.#inspect(ref);
    if (found === null) throw new AppError('snapshot_unknown', `no image ${ref}`);
  }

  get #repository(): string {
    return `chapterhouse/snapshot-${this.#installation}`;
  }

  #requireOwn(ref: string): void {
    const id = ref.startsWith(`${this.#repository}:`) ? ref.slice(this.#repository.length + 1) : '';
    if (!SNAPSHOT_ID.test(id)) throw new AppError('snapshot_unknown', `${ref} is no snapshot of this installation`);
  }

  async #sizeOf(container: Container): Promise<Held> {
    const details = sized.parse(await asking('inspect', () => container.inspect(WITH_SIZE)));
    const mib = /^(\d+)M$/.exec(details.HostConfig.StorageOpt?.size ?? '')?.[1];
    return {
      sizeBytes: details.SizeRw,
      baseBytes: details.SizeRootFs - details.SizeRw,
      limitBytes: mib === undefined ? UNKNOWN_LIMIT_BYTES : Number(mib) * MIB,
    };
  }

  /** Looked at again when it is kept: between the look before and the keeping the sandbox was not still. */
  async #requireBounds(ref: string, { baseBytes, limitBytes }: Held): Promise<void> {
    const found = await this.#inspect(ref);
    if (found === null) throw new AppError('snapshot_failed', `${ref} is not there`);
    const layers = found.RootFS.Layers?.length ?? 0;
    if (layers > MAX_LAYERS) throw new AppError('snapshot_too_deep', `${ref} has ${layers} layers`);
    const added = found.Size - baseBytes;
    if (added > limitBytes) throw new AppError('snapshot_too_large', `${added} bytes in ${ref}`);
  }

  async #inspect(ref: string) {
    const image = this.#docker.getImage(ref);
    const missing = (error: unknown) => (httpStatusOf(error) === 404 ? null : Promise.reject(error));
    return asking('inspect snapshot', () => image.inspect().catch(missing));
  }
}

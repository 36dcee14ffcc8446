import { z } from 'zod';
import { INSTALLATION_LABEL } from '#server/sandboxes/drivers/docker/container-options.ts';
import { engineJson } from './engine-request.ts';
import { Refused } from './refused.ts';

const container = z.object({ Config: z.object({ Labels: z.record(z.string(), z.string()).nullable() }) });
const exec = z.object({ ContainerID: z.string().regex(/^[0-9a-f]{64}$/) });

/** Labels never change, so that what was seen once holds; this many ids are kept before looking anew. */
const KEPT_IDS = 20_000;

/** Knows which of the engine's containers are this installation's, by the label that each was made with. */
export class Ownership {
  readonly #socketPath: string;
  readonly #installation: string;
  readonly #containers = new Set<string>();
  readonly #execs = new Set<string>();

  constructor(engine: { socketPath: string; installation: string }) {
    this.#socketPath = engine.socketPath;
    this.#installation = engine.installation;
  }

  /** Somebody else's container is told like one that never was. */
  async requireContainer(id: string): Promise<void> {
    if (this.#containers.has(id)) return;
    const { Labels } = container.parse(await engineJson(this.#socketPath, `/containers/${id}/json`)).Config;
    if (Labels?.[INSTALLATION_LABEL] !== this.#installation) {
      throw new Refused(404, `No such container of this installation: ${id}`);
    }
    keep(this.#containers, id);
  }

  async requireExec(id: string): Promise<void> {
    if (this.#execs.has(id)) return;
    await this.requireContainer(exec.parse(await engineJson(this.#socketPath, `/exec/${id}/json`)).ContainerID);
    keep(this.#execs, id);
  }
}

function keep(ids: Set<string>, id: string): void {
  if (ids.size >= KEPT_IDS) ids.clear();
  ids.add(id);
}

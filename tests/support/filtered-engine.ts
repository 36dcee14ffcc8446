import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startFilter } from '#server/keeper/filter/filter-server.ts';
import { bindOwn, handOverOwn, holdOwnStill, placeOf, sandboxRules } from '#server/keeper/own-sandboxes.ts';
import type { DockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import type { SandboxHost } from '#server/sandboxes/drivers/docker/sandbox-host.ts';
import type { Engine } from '#server/sandboxes/engine/engine.ts';

export type FilteredEngine = SandboxHost & {
  place: DockerPlace;
  close(): Promise<void>;
};

type Request = { engine: Engine; installation: string; imageTag: string; groupId?: number | null };

/** An engine as the web process meets it: through the keeper's filter. */
export async function filterEngine({
  engine,
  installation,
  imageTag,
  groupId = null,
}: Request): Promise<FilteredEngine> {
  const folder = mkdtempSync(path.join(tmpdir(), 'filter-'));
  const socketPath = path.join(folder, 'docker.sock');
  const own = { engine, installation, isLabImage: (image: string) => image === imageTag };
  const filter = await startFilter({
    socketPath,
    groupId,
    engineSocket: engine.facts.socket,
    installation,
    sandboxRules: () => sandboxRules(own),
  });
  return {
    place: { socketPath, ...(await placeOf(engine.facts)) },
    bindNetwork: (containerId) => bindOwn(own, containerId),
    handOverCgroup: (containerId) => handOverOwn(own, containerId),
    holdStill: (containerId) => holdOwnStill(own, containerId),
    async close() {
      await filter[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import Docker from 'dockerode';
import { AppError } from '#server/errors.ts';
import type { DockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import { engineFacts } from '#server/sandboxes/drivers/docker/docker-report.ts';
import type { Engine, EngineFacts } from '#server/sandboxes/engine/engine.ts';
import type { BridgeNetwork } from '#server/sandboxes/engine/engine-plan.ts';
import { hostResolvers } from '#server/sandboxes/engine/resolvers.ts';
import { Ownership } from './filter/ownership.ts';
import { Refused } from './filter/refused.ts';
import { snapshotRepository } from './filter/routes.ts';
import type { SandboxRules } from './filter/sandbox-request.ts';

/** What this machine has at all; courses and classes ask for far less. */
const BOUNDS = { memoryBytes: totalmem(), cpus: availableParallelism(), pids: 65_536, diskMiB: 1024 ** 2 };

/** What the driver is told of the place that its sandboxes are made in. */
export async function placeOf({ networks, registryPort }: EngineFacts): Promise<Omit<DockerPlace, 'socketPath'>> {
  const named = ({ name, gateway }: BridgeNetwork) => ({ name, gateway });
  const { none, mirror, internet } = networks;
  return {
    networks: { none: named(none), mirror: named(mirror), internet: named(internet) },
    mirrorPort: registryPort,
    resolvers: await hostResolvers(),
  };
}

export type OwnSandboxes = {
  engine: Engine;
  installation: string;
  /** Names of lab images that the keeper made. */
  isLabImage(image: string): boolean;
};

/** The rules for new sandboxes, as the engine is at this moment. */
export async function sandboxRules({ engine, installation, isLabImage }: OwnSandboxes): Promise<SandboxRules> {
  const info = engineFacts(await new Docker({ socketPath: engine.facts.socket }).info(), existsSync('/dev/fuse'));
  const seccomp = await readFile(new URL('../sandboxes/drivers/docker/seccomp.json', import.meta.url), 'utf8');
  const snapshot = `${snapshotRepository(installation)}:`;
  return {
    ...info,
    installation,
    seccomp,
    place: await placeOf(engine.facts),
    isOwnImage: (image) => isLabImage(image) || image.startsWith(snapshot),
    bounds: BOUNDS,
  };
}

/** Gives a sandbox its cgroup; a container of anybody else is left alone. */
export async function handOverOwn(own: OwnSandboxes, containerId: string): Promise<void> {
  await requireOwn(own, containerId);
  await own.engine.handOverCgroup(containerId);
}

/** Shuts a sandbox's port off from its neighbours'; a container of anybody else is left alone. */
export async function bindOwn(own: OwnSandboxes, containerId: string): Promise<void> {
  await requireOwn(own, containerId);
  await own.engine.bindNetwork(containerId);
}

/** Lets a sandbox stand still; a container of anybody else is left alone. */
export async function holdOwnStill(own: OwnSandboxes, containerId: string): ReturnType<Engine['holdStill']> {
  await requireOwn(own, containerId);
  return own.engine.holdStill(containerId);
}

async function requireOwn({ engine, installation }: OwnSandboxes, containerId: string): Promise<void> {
  const ownership = new Ownership({ socketPath: engine.facts.socket, installation });
  await ownership.requireContainer(containerId).catch((cause: unknown) => {
    throw cause instanceof Refused ? new AppError('sandbox_gone', cause.message, { cause }) : cause;
  });
}

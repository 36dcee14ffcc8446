import type { NetworkMode } from '#server/sandboxes/driver.ts';

/** A network of the engine's, and the host's own address on it. */
export type PlaceNetwork = { name: string; gateway: string };

/** Where the engine is and what it offers. */
export type DockerPlace = {
  socketPath: string;
  /** The network for each thing that a course may ask for. */
  networks: Record<NetworkMode, PlaceNetwork>;
  /** Port of the image mirror on the gateway of the `mirror` network; null where there is none. */
  mirrorPort: number | null;
  /** The host's name servers, for sandboxes that may go out. */
  resolvers: readonly string[];
};

type Facts = { socket: string; networks: Record<NetworkMode, PlaceNetwork>; registryPort: number };

/** A private engine with its mirror, as its facts tell. */
export const dockerPlace = (facts: Facts, resolvers: readonly string[] = []): DockerPlace => ({
  socketPath: facts.socket,
  networks: facts.networks,
  mirrorPort: facts.registryPort,
  resolvers,
});

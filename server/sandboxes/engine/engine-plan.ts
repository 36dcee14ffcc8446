import path from 'node:path';
import type { NetworkMode } from '#server/sandboxes/driver.ts';

export type EngineOptions = {
  /** Everything the engine owns lies under it. Short: a unix socket's path ends at 107 bytes. */
  home: string;
  /** 0-250. Names the bridges, the subnets and the firewall chains, so that two engines can share a machine. */
  index: number;
  registryPort?: number;
  /** Logical size of the sparse store; it takes space as it fills. */
  storeGiB?: number;
  /** `overlay2` does without quota and store file, even where the kernel has btrfs. */
  storage?: StorageChoice;
};

export type StorageChoice = 'auto' | 'overlay2';

export type BridgeNetwork = { name: string; bridge: string; subnet: string; gateway: string };

export type EnginePlan = {
  home: string;
  socket: string;
  dataRoot: string;
  execRoot: string;
  pidFile: string;
  configFile: string;
  logFile: string;
  storeFile: string;
  storeGiB: number;
  storage: StorageChoice;
  registryPort: number;
  /** One for what a course's sandboxes may reach; none of them leads to another. */
  networks: Record<NetworkMode, BridgeNetwork>;
  buildNetwork: BridgeNetwork;
};

const HIGHEST_INDEX = 250;

/** All names and addresses of one engine, derived from its parameters alone. */
export function planEngine(options: EngineOptions): EnginePlan {
  const { home, index, registryPort = 5000, storeGiB = 60, storage = 'auto' } = options;
  if (!Number.isInteger(index) || index < 0 || index > HIGHEST_INDEX) throw new RangeError(`engine index ${index}`);
  const at = (name: string) => path.join(home, name);
  return {
    home,
    socket: at('docker.sock'),
    dataRoot: at('data'),
    execRoot: at('exec'),
    pidFile: at('dockerd.pid'),
    configFile: at('daemon.json'),
    logFile: at('dockerd.log'),
    storeFile: at('store.btrfs'),
    storeGiB,
    storage,
    registryPort,
    networks: {
      mirror: bridgeNetwork({ name: 'lab', bridge: `ch${index}`, net: `10.213.${index}` }),
      none: bridgeNetwork({ name: 'lab-none', bridge: `ch${index}n`, net: `10.215.${index}` }),
      internet: bridgeNetwork({ name: 'lab-internet', bridge: `ch${index}i`, net: `10.216.${index}` }),
    },
    buildNetwork: bridgeNetwork({ name: 'build', bridge: `ch${index}b`, net: `10.214.${index}` }),
  };
}

/** Room for 253 sandboxes. */
const bridgeNetwork = ({ name, bridge, net }: { name: string; bridge: string; net: string }): BridgeNetwork => ({
  name,
  bridge,
  subnet: `${net}.0/24`,
  gateway: `${net}.1`,
});

export type StorageDriver = 'btrfs' | 'overlay2';

/** The daemon touches neither the host's firewall nor its forwarding: those rules are the engine's own. */
export function dockerdArguments(plan: EnginePlan, storage: StorageDriver): string[] {
  return [
    `--config-file=${plan.configFile}`,
    `--data-root=${plan.dataRoot}`,
    `--exec-root=${plan.execRoot}`,
    `--pidfile=${plan.pidFile}`,
    `--host=unix://${plan.socket}`,
    '--userns-remap=default',
    `--storage-driver=${storage}`,
    '--live-restore',
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    '--ip-forward=false',
    '--ip-masq=false',
    '--userland-proxy=false',
    '--shutdown-timeout=10',
  ];
}

/** Every bridge of an engine. */
export const bridgesOf = ({ networks, buildNetwork }: EnginePlan): BridgeNetwork[] => [
  networks.mirror,
  networks.none,
  networks.internet,
  buildNetwork,
];

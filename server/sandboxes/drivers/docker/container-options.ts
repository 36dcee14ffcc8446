import type { ContainerCreateOptions } from 'dockerode';
import type { SandboxSpec } from '#server/sandboxes/driver.ts';
import type { DockerPlace } from './docker-place.ts';

/**
 * Holds over the sandbox's own user namespace only; the smallest set that boots systemd and a Docker inside. Each was
 * left out in turn: without one that Docker gives to every container of its own (CHOWN, DAC_OVERRIDE, FOWNER, FSETID,
 * KILL, SETGID, SETUID, SETPCAP, SETFCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE) no nested container
 * starts, without NET_ADMIN no nested daemon, without SYS_ADMIN not even the sandbox; without SYS_PTRACE nested containers
 * fail now and then. DAC_READ_SEARCH and SYS_RESOURCE were not missed.
 */
const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'SETFCAP',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'NET_ADMIN',
  'SYS_CHROOT',
  'SYS_ADMIN',
  'SYS_PTRACE',
  'MKNOD',
  'AUDIT_WRITE',
];

export const INSTALLATION_LABEL = 'chapterhouse.installation';
export const SANDBOX_LABEL = 'chapterhouse.sandbox';
export const COURSE_LABEL = 'chapterhouse.course';

/** The name by which sandboxes reach the image mirror. */
export const MIRROR_NAME = 'registry.lab';

const FUSE = { PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' };

/** The image's entry script hands it to the holder. */
const TOKEN_NAME = 'CHAPTERHOUSE_SHELL_TOKEN';

/** The token in a container's environment; an empty text where there is none. */
export function tokenOf(environment: readonly string[]): string {
  const line = environment.find((one) => one.startsWith(`${TOKEN_NAME}=`));
  return line?.slice(TOKEN_NAME.length + 1) ?? '';
}

export type ContainerPlan = {
  spec: SandboxSpec;
  installation: string;
  image: string;
  /** What whoever wants a shell must say to its holder: letters and digits. */
  shellToken: string;
  /** JSON text of the seccomp profile. */
  seccomp: string;
  place: Pick<DockerPlace, 'networks' | 'mirrorPort' | 'resolvers'>;
  /** The engine's storage driver. */
  storage: string;
  /** Whether the engine can enforce a size. */
  hasQuota: boolean;
  hasAppArmor: boolean;
  hasFuse: boolean;
};

/** What the engine is asked to make. The options are the policy: never privileged, everything else dropped. */
export function containerOptions(plan: ContainerPlan): ContainerCreateOptions {
  const { spec } = plan;
  const hostConfig: HostConfig = {
    ...securityOptions(plan),
    ...networkOptions(plan),
    ...limitOptions(plan),
    Tmpfs: { '/run': 'size=64m,mode=755' },
    CgroupnsMode: 'private',
    Devices: plan.hasFuse ? [FUSE] : [],
    // Its console says next to nothing, and is bounded all the same.
    LogConfig: { Type: 'json-file', Config: { 'max-size': '256k', 'max-file': '1' } },
  };
  return {
    name: spec.sandboxId,
    Image: plan.image,
    Hostname: 'lab',
    Tty: true,
    OpenStdin: false,
    StopSignal: 'SIGRTMIN+3',
    Env: ['container=docker', `${TOKEN_NAME}=${plan.shellToken}`, ...networkEnvironment(plan)],
    Labels: {
      [INSTALLATION_LABEL]: plan.installation,
      [SANDBOX_LABEL]: spec.sandboxId,
      [COURSE_LABEL]: spec.courseId,
    },
    ...volumeOptions(plan),
    HostConfig: hostConfig,
  };
}

/** The kernel counts the bytes of POSIX message queues for all sandboxes and the host's root together. */
const NO_MESSAGE_QUEUES = { Name: 'msgqueue', Soft: 0, Hard: 0 };

/** Where the whole machine runs out of memory, a sandbox's programs are ended before any of the host's own. */
const FIRST_TO_GO = 500;

/** The engine knows one option that its types do not. */
type HostConfig = NonNullable<ContainerCreateOptions['HostConfig']> & { CgroupnsMode?: 'private' };

/** Where the sandbox's own Docker keeps its layers. On btrfs they lie in the sandbox's file system, under its one limit. */
const NESTED_STORES = ['/var/lib/docker', '/var/lib/containerd'];

/** An overlay cannot lie on an overlay: there each store is a volume without a name, which goes with its container. */
function volumeOptions({ storage }: ContainerPlan): Pick<ContainerCreateOptions, 'Volumes'> {
  if (storage === 'btrfs') return {};
  return { Volumes: Object.fromEntries(NESTED_STORES.map((place) => [place, {}])) };
}

function securityOptions({ seccomp, hasAppArmor }: ContainerPlan): HostConfig {
  return {
    Privileged: false,
    CapDrop: ['ALL'],
    CapAdd: CAPABILITIES,
    SecurityOpt: [`seccomp=${seccomp}`, ...(hasAppArmor ? ['apparmor=unconfined'] : [])],
    // A nested container must be able to mount a /proc of its own.
    MaskedPaths: [],
    ReadonlyPaths: [],
  };
}

function networkOptions({ spec, place }: ContainerPlan): HostConfig {
  const mode = spec.network ?? 'mirror';
  const { name, gateway } = place.networks[mode];
  return {
    NetworkMode: name,
    // Asked for a name, a gateway says no at once; the host's own servers are for those who may go out.
    ...(mode === 'internet' ? {} : { Dns: [gateway] }),
    ...(mode === 'none' ? {} : { ExtraHosts: [`${MIRROR_NAME}:${place.networks.mirror.gateway}`] }),
  };
}

/** What the image's entry script sets its Docker up with. */
function networkEnvironment({ spec, place: { mirrorPort, resolvers } }: ContainerPlan): string[] {
  const mode = spec.network ?? 'mirror';
  const mirror = mode === 'none' || mirrorPort === null ? [] : [`CHAPTERHOUSE_MIRROR=${MIRROR_NAME}:${mirrorPort}`];
  if (mode !== 'internet') return mirror;
  const names = resolvers.length === 0 ? [] : [`CHAPTERHOUSE_DNS=${resolvers.join(' ')}`];
  return [...mirror, 'CHAPTERHOUSE_NETWORK=open', ...names];
}

function limitOptions({ spec: { limits }, hasQuota }: ContainerPlan): HostConfig {
  const memory = limits.memoryMiB * 1024 * 1024;
  return {
    Memory: memory,
    // As much as Memory: no swap.
    MemorySwap: memory,
    NanoCpus: Math.round(limits.cpus * 1e9),
    PidsLimit: limits.pids,
    Ulimits: [NO_MESSAGE_QUEUES],
    OomScoreAdj: FIRST_TO_GO,
    ...(hasQuota ? { StorageOpt: { size: `${limits.diskMiB}M` } } : {}),
  };
}

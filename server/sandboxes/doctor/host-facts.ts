/** What the doctor saw of a host. Nothing of it was changed by looking. */
export type HostFacts = {
  system: SystemFacts;
  isolation: IsolationFacts;
  storage: StorageFacts;
  engine: EngineFacts;
  network: NetworkFacts;
  mirror: MirrorFacts;
};

export type SystemFacts = {
  platform: string;
  release: string;
  architecture: string;
  isRoot: boolean;
  memoryBytes: number;
  cpus: number;
  /** Debian packages that are not there; null where nobody can ask for them. */
  missingPackages: readonly string[] | null;
  /** The clock shows a day before this product was made. */
  isClockBehind: boolean;
  /** Kernel limits below what a class needs, by their names in sysctl. */
  tightLimits: readonly { name: string; value: number; needed: number }[];
  terminals: { most: number; used: number };
};

export type KvmState = 'none' | 'untried' | 'boots' | 'hangs';

export type IsolationFacts = {
  userNamespaces: { most: number; works: boolean };
  /** First number that root of a sandbox is outside; null before the first start. */
  mappedFrom: number | null;
  cgroup: 'v2' | 'hybrid' | 'v1';
  /** Of memory, cpu and pids, what the kernel does not count. */
  missingControllers: readonly string[];
  hasSeccomp: boolean;
  hasFuse: boolean;
  kvm: KvmState;
};

export type StorageFacts = {
  home: string;
  freeBytes: number;
  /** Null where the file system does not count them. */
  freeInodes: number | null;
  btrfs: { kernel: boolean; tools: boolean };
  hasLoop: boolean;
  hasOverlay: boolean;
  /** Is a disk limit really held? `unseen` before the first start, or for who may not look. */
  quota: 'held' | 'not held' | 'unseen';
  /** The command that would let sandboxes reach their files; null where they do. */
  openRemedy: string | null;
};

export type EngineFacts = {
  /** The engine program's version; null where it is not installed. */
  program: string | null;
  state: 'running' | 'silent' | 'stopped' | 'unseen';
};

export type PortState = 'free' | 'ours' | 'taken';

export type NetworkFacts = {
  /** What `iptables --version` says; null where it is not installed. */
  firewall: string | null;
  /** Are the rules of the running engine in the kernel? */
  rules: 'there' | 'missing' | 'unseen';
  isForwarding: boolean;
  port: { number: number; state: PortState };
};

export type MirrorFacts = {
  host: string;
  state: 'running' | 'stopped' | 'unseen';
  images: number;
  standIns: number;
  upstream: { url: string; answers: boolean } | null;
};

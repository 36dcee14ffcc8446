import { z } from 'zod';
import type { Advice, Capability, DriverReport, Limits } from '#server/sandboxes/driver.ts';

/** What we ask of an engine, as it answers. */
export type EngineFacts = {
  version: string;
  storage: string;
  hasUserns: boolean;
  hasAppArmor: boolean;
  hasQuota: boolean;
  hasFuse: boolean;
  /** Limits that its kernel and cgroups can hold. */
  enforces: (keyof Limits)[];
};

/** All that is read of an engine's own story. What it leaves out it cannot say: then nothing is claimed. */
export const engineInfo = z.object({
  ServerVersion: z.string().optional(),
  Driver: z.string().optional(),
  SecurityOptions: z.array(z.string()).nullish(),
  MemoryLimit: z.boolean().optional(),
  CpuCfsQuota: z.boolean().optional(),
  PidsLimit: z.boolean().optional(),
});
type Info = z.infer<typeof engineInfo>;

export function engineFacts(info: Info, hasFuse: boolean): EngineFacts {
  const security = (info.SecurityOptions ?? []).flatMap((option) => option.split(','));
  return {
    version: info.ServerVersion ?? 'unknown',
    storage: info.Driver ?? 'unknown',
    hasUserns: security.includes('name=userns') || security.includes('name=rootless'),
    hasAppArmor: security.includes('name=apparmor'),
    hasQuota: info.Driver === 'btrfs',
    hasFuse,
    enforces: enforcedBy(info),
  };
}

function enforcedBy({ Driver, MemoryLimit, CpuCfsQuota, PidsLimit }: Info): (keyof Limits)[] {
  const held = { memoryMiB: MemoryLimit, cpus: CpuCfsQuota, pids: PidsLimit, diskMiB: Driver === 'btrfs' };
  return (['memoryMiB', 'cpus', 'pids', 'diskMiB'] as const).filter((name) => held[name] === true);
}

/** What an image may hold or lack. Each runs on any host: QEMU without its help, VirtualBox up to the start of a machine. */
const OPTIONAL_TOOLS = ['apptainer', 'qemu', 'virtualbox'] as const;

/** `tools` are the optional ones that an image holds; an image without Apptainer offers none, whatever the host can. */
export function capabilitiesOf(facts: EngineFacts, tools: readonly string[]): Capability[] {
  const offered: Capability[] = ['shell', 'containers', 'systemd', 'network', 'snapshot', 'ports'];
  offered.push(...OPTIONAL_TOOLS.filter((tool) => tools.includes(tool)));
  if (facts.hasQuota) offered.push('quota');
  return offered;
}

export function reportOf(facts: EngineFacts): DriverReport {
  return {
    driver: 'docker',
    usable: facts.hasUserns,
    capabilities: capabilitiesOf(facts, OPTIONAL_TOOLS),
    enforces: facts.enforces,
    advice: [usernsAdvice(facts), quotaAdvice(facts), fuseAdvice(facts), ...cgroupAdvice(facts)],
  };
}

export function unreachableReport(reason: string): DriverReport {
  const advice: Advice = {
    what: `The engine does not answer: ${reason}`,
    ok: false,
    consequence: 'No sandbox can be made.',
    remedy: 'Start the product again, or look into the engine’s log on the admin page.',
  };
  return { driver: 'docker', usable: false, capabilities: [], enforces: [], advice: [advice] };
}

function usernsAdvice({ hasUserns, version }: EngineFacts): Advice {
  return {
    what: `Engine ${version} ${hasUserns ? 'maps' : 'does not map'} root of a sandbox to nobody on the host`,
    ok: hasUserns,
    consequence: hasUserns ? 'A student may be root of their own sandbox.' : 'No sandbox is made on this engine.',
    remedy: hasUserns ? null : 'dockerd --userns-remap=default',
  };
}

function quotaAdvice({ hasQuota, storage }: EngineFacts): Advice {
  return {
    what: `Storage is ${storage}`,
    ok: hasQuota,
    consequence: hasQuota
      ? 'Each sandbox has a disk limit of its own.'
      : 'The disk limit is not enforced: one student can fill the disk for all.',
    remedy: hasQuota ? null : 'Give the engine a btrfs file system as its data root.',
  };
}

const CGROUP_WORDS = { memoryMiB: 'memory', cpus: 'CPU', pids: 'process' } as const;

/** One line for each limit that the engine's cgroups cannot hold. */
function cgroupAdvice({ enforces }: EngineFacts): Advice[] {
  const missing = (['memoryMiB', 'cpus', 'pids'] as const).filter((name) => !enforces.includes(name));
  return missing.map((name) => ({
    what: `The ${CGROUP_WORDS[name]} limit is not enforced`,
    ok: false,
    consequence: 'One student can slow the machine down for all.',
    remedy: 'docker info   # names what its kernel lacks',
  }));
}

function fuseAdvice({ hasFuse }: EngineFacts): Advice {
  return {
    what: hasFuse ? '/dev/fuse is there' : '/dev/fuse is missing',
    ok: hasFuse,
    consequence: hasFuse ? 'Apptainer mounts its images.' : 'Apptainer unpacks each image first, which takes longer.',
    remedy: hasFuse ? null : 'modprobe fuse',
  };
}

import type { DoctorFinding } from '#server/shared/views.ts';
import { found, gibibytes, ok } from './finding.ts';
import type { IsolationFacts, StorageFacts, SystemFacts } from './host-facts.ts';

const GIB = 1024 ** 3;
/** Left to the host itself, and what one sandbox is counted with. */
const HOST_BYTES = GIB;
const SEAT_BYTES = GIB / 2;
/** A lab image takes about three, its making as much again for a while; then there is a class. */
const LITTLE_DISK_BYTES = 20 * GIB;
const TOO_LITTLE_DISK_BYTES = 8 * GIB;
/** A sandbox has about forty thousand files of its own at work. */
const FEW_INODES = 500_000;
/** The oldest kernel on which everything was tried. */
const OLDEST_KERNEL = [5, 10] as const;
/** A student with a few shells open, thirty times, and their programs'. */
const FEW_TERMINALS = 512;

export function systemFindings(facts: SystemFacts): DoctorFinding[] {
  const { release, architecture, platform, isRoot, missingPackages, cpus, terminals } = facts;
  const kernel = { release, architecture };
  const seats = Math.max(0, Math.floor((facts.memoryBytes - HOST_BYTES) / SEAT_BYTES));
  const memory = { gib: gibibytes(facts.memoryBytes), seats };
  const left = terminals.most - terminals.used;
  return [
    platform === 'linux' && isRecent(release)
      ? ok('system.kernel', kernel)
      : found('bad', 'system.kernel_old', { values: kernel }),
    isRoot ? ok('system.root') : found('note', 'system.not_root', { remedy: 'sudo npm run doctor' }),
    seats >= 4
      ? ok('system.memory', memory)
      : found(seats === 0 ? 'bad' : 'warn', 'system.memory_little', { values: memory }),
    cpus >= 2 ? ok('system.cpus', { cpus }) : found('warn', 'system.one_cpu'),
    ...packageFindings(missingPackages),
    ...(facts.isClockBehind
      ? [found('warn', 'system.clock_behind', { remedy: 'timedatectl set-ntp true' })]
      : [ok('system.clock')]),
    ...facts.tightLimits.map(({ name, value, needed }) =>
      found('note', 'system.limit_low', { values: { name, value, needed }, remedy: `sysctl -w ${name}=${needed}` }),
    ),
    ...(facts.tightLimits.length === 0 ? [ok('system.limits')] : []),
    left >= FEW_TERMINALS
      ? ok('system.terminals', { left })
      : found('warn', 'system.terminals_few', { values: { left }, remedy: 'sysctl -w kernel.pty.max=8192' }),
  ];
}

function packageFindings(missing: readonly string[] | null): DoctorFinding[] {
  if (missing === null) return [found('note', 'system.no_apt')];
  if (missing.length === 0) return [ok('system.packages')];
  const packages = missing.join(' ');
  const remedy = `apt-get install -y --no-install-recommends ${packages}`;
  return [found('warn', 'system.packages_missing', { values: { packages, count: missing.length }, remedy })];
}

function isRecent(release: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return major > OLDEST_KERNEL[0] || (major === OLDEST_KERNEL[0] && minor >= OLDEST_KERNEL[1]);
}

export function isolationFindings(facts: IsolationFacts): DoctorFinding[] {
  const { userNamespaces, mappedFrom, missingControllers, hasSeccomp, hasFuse } = facts;
  return [
    userNamespaces.works
      ? ok('isolation.userns', { most: userNamespaces.most })
      : found('bad', 'isolation.userns_off', { remedy: 'sysctl -w user.max_user_namespaces=15000' }),
    mappedFrom === null ? found('note', 'isolation.unmapped') : ok('isolation.mapped', { from: mappedFrom }),
    cgroupFinding(facts.cgroup),
    ...(missingControllers.length === 0
      ? [ok('isolation.controllers')]
      : [found('warn', 'isolation.controllers_missing', { values: { names: missingControllers.join(', ') } })]),
    hasSeccomp ? ok('isolation.seccomp') : found('bad', 'isolation.no_seccomp'),
    hasFuse ? ok('isolation.fuse') : found('note', 'isolation.no_fuse', { remedy: 'modprobe fuse' }),
    kvmFinding(facts.kvm),
  ];
}

function cgroupFinding(cgroup: IsolationFacts['cgroup']): DoctorFinding {
  if (cgroup === 'v2') return ok('isolation.cgroup_v2');
  if (cgroup === 'hybrid') return ok('isolation.cgroup_hybrid');
  const place = '/sys/fs/cgroup/unified';
  return found('bad', 'isolation.cgroup_v1', { remedy: `mkdir -p ${place} && mount -t cgroup2 cgroup2 ${place}` });
}

function kvmFinding(kvm: IsolationFacts['kvm']): DoctorFinding {
  switch (kvm) {
    case 'none':
      return found('note', 'isolation.no_kvm');
    case 'untried':
      return found('note', 'isolation.kvm_untried', {
        remedy: 'apt-get install -y --no-install-recommends qemu-system-x86',
      });
    case 'boots':
      return ok('isolation.kvm');
    case 'hangs':
      return found('note', 'isolation.kvm_hangs');
  }
}

export function storageFindings(facts: StorageFacts): DoctorFinding[] {
  const { home, freeInodes, btrfs, hasLoop, hasOverlay, openRemedy } = facts;
  const disk = { gib: gibibytes(facts.freeBytes), home };
  const diskLevel = facts.freeBytes < TOO_LITTLE_DISK_BYTES ? 'bad' : 'warn';
  return [
    facts.freeBytes >= LITTLE_DISK_BYTES
      ? ok('storage.disk', disk)
      : found(diskLevel, 'storage.disk_little', { values: disk }),
    freeInodes === null || freeInodes >= FEW_INODES
      ? ok('storage.inodes')
      : found('warn', 'storage.inodes_few', { values: { left: freeInodes, home } }),
    ...(openRemedy === null
      ? [ok('storage.reachable', { home })]
      : [found('bad', 'storage.shut', { values: { home }, remedy: openRemedy })]),
    btrfsFinding(btrfs, hasLoop),
    hasOverlay ? ok('storage.overlay') : found('note', 'storage.no_overlay', { remedy: 'modprobe overlay' }),
    quotaFinding(facts.quota),
  ];
}

function btrfsFinding({ kernel, tools }: StorageFacts['btrfs'], hasLoop: boolean): DoctorFinding {
  if (!tools)
    return found('warn', 'storage.no_btrfs', { remedy: 'apt-get install -y --no-install-recommends btrfs-progs' });
  if (!kernel) return found('warn', 'storage.no_btrfs', { remedy: 'modprobe btrfs' });
  return hasLoop ? ok('storage.btrfs') : found('warn', 'storage.no_loop', { remedy: 'modprobe loop' });
}

function quotaFinding(quota: StorageFacts['quota']): DoctorFinding {
  if (quota === 'held') return ok('storage.quota');
  return quota === 'unseen' ? found('note', 'storage.quota_unseen') : found('warn', 'storage.no_quota');
}

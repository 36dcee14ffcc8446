import { access, readFile } from 'node:fs/promises';
import { arch, availableParallelism, platform, release, totalmem } from 'node:os';
import { unifiedMount } from '#server/sandboxes/engine/cgroup.ts';
import { NEEDED_LIMITS } from '#server/sandboxes/engine/kernel-limits.ts';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import { mappedStart } from '#server/sandboxes/engine/user-map.ts';
import type { IsolationFacts, SystemFacts } from './host-facts.ts';
import { lookAtKvm } from './look-at-kvm.ts';

/** What the private engine and its images need, by its Debian name. */
const PACKAGES = [
  ...['docker.io', 'docker-registry', 'iptables', 'iproute2', 'btrfs-progs', 'uidmap', 'mmdebstrap'],
  ...['debian-archive-keyring', 'kmod', 'procps', 'gcc', 'musl-tools'],
];
const CONTROLLERS = ['memory', 'cpu', 'pids'];
/** A clock before this is wrong. */
const MADE_IN = Date.UTC(2025, 0, 1);
const REMAPPED_USER = 'dockremap';

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

export async function lookAtSystem(): Promise<SystemFacts> {
  const [most, used] = await Promise.all([read('/proc/sys/kernel/pty/max'), read('/proc/sys/kernel/pty/nr')]);
  return {
    platform: platform(),
    release: release(),
    architecture: arch(),
    isRoot: process.getuid?.() === 0,
    memoryBytes: totalmem(),
    cpus: availableParallelism(),
    missingPackages: await missingPackages(),
    isClockBehind: Date.now() < MADE_IN,
    tightLimits: await tightLimits(),
    terminals: { most: Number(most), used: Number(used) },
  };
}

async function missingPackages(): Promise<string[] | null> {
  const { exitCode, stdout } = await runCommand('dpkg-query', [
    '-W',
    '-f',
    '$' + '{Package} $' + '{db:Status-Status}\\n',
    ...PACKAGES,
  ]);
  if (exitCode === 127) return null;
  const there = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return PACKAGES.filter((name) => !there.has(name));
}

async function tightLimits(): Promise<SystemFacts['tightLimits']> {
  const limits = await Promise.all(
    Object.entries(NEEDED_LIMITS).map(async ([name, needed]) => ({
      name: name.replaceAll('/', '.'),
      value: Number((await read(`/proc/sys/${name}`)) || Number.POSITIVE_INFINITY),
      needed,
    })),
  );
  return limits.filter(({ value, needed }) => value < needed);
}

export async function lookAtIsolation(): Promise<IsolationFacts> {
  const [most, unshared, subuid, mounts, controllers] = await Promise.all([
    read('/proc/sys/user/max_user_namespaces'),
    runCommand('unshare', ['--user', 'true']),
    read('/etc/subuid'),
    read('/proc/self/mounts'),
    readControllers(),
  ]);
  return {
    userNamespaces: { most: Number(most), works: Number(most) > 0 && unshared.exitCode === 0 },
    mappedFrom: mappedStart(subuid, REMAPPED_USER),
    cgroup: cgroupKind(mounts),
    missingControllers: CONTROLLERS.filter((name) => !controllers.has(name)),
    hasSeccomp: await exists('/proc/sys/kernel/seccomp/actions_avail'),
    hasFuse: await exists('/dev/fuse'),
    kvm: await lookAtKvm(),
  };
}

export function cgroupKind(mounts: string): IsolationFacts['cgroup'] {
  const unified = unifiedMount(mounts);
  if (unified === null) return 'v1';
  return unified === '/sys/fs/cgroup' ? 'v2' : 'hybrid';
}

/** Enabled ones, whichever version of cgroups they are counted in: cgroups(7). */
async function readControllers(): Promise<Set<string>> {
  const lines = (await read('/proc/cgroups')).split('\n').map((line) => line.split('\t'));
  const old = lines.filter(([, , , enabled]) => enabled === '1').map(([name]) => name ?? '');
  return new Set([...old, ...(await read('/sys/fs/cgroup/cgroup.controllers')).split(' ')]);
}

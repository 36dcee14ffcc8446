import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findingsOf } from '#server/sandboxes/doctor/findings.ts';
import type { HostFacts } from '#server/sandboxes/doctor/host-facts.ts';
import { lookAtKvm } from '#server/sandboxes/doctor/look-at-kvm.ts';
import { listeners, portState } from '#server/sandboxes/doctor/look-at-port.ts';
import { cgroupKind } from '#server/sandboxes/doctor/look-at-system.ts';

const GIB = 1024 ** 3;

/** A host with nothing to find. */
const GOOD: HostFacts = {
  system: {
    platform: 'linux',
    release: '6.18.4-amd64',
    architecture: 'x64',
    isRoot: true,
    memoryBytes: 32 * GIB,
    cpus: 8,
    missingPackages: [],
    isClockBehind: false,
    tightLimits: [],
    terminals: { most: 4096, used: 8 },
  },
  isolation: {
    userNamespaces: { most: 15_000, works: true },
    mappedFrom: 100_000,
    cgroup: 'v2',
    missingControllers: [],
    hasSeccomp: true,
    hasFuse: true,
    kvm: 'boots',
  },
  storage: {
    home: '/var/lib/chapterhouse/engine',
    freeBytes: 100 * GIB,
    freeInodes: null,
    btrfs: { kernel: true, tools: true },
    hasLoop: true,
    hasOverlay: true,
    quota: 'held',
    openRemedy: null,
  },
  engine: { program: '28.5.2', state: 'running' },
  network: {
    firewall: 'v1.8.9 (nf_tables)',
    rules: 'there',
    isForwarding: true,
    port: { number: 3000, state: 'free' },
  },
  mirror: {
    host: 'registry.lab:5000',
    state: 'running',
    images: 3,
    standIns: 3,
    upstream: { url: 'https://registry.example', answers: true },
  },
};

type Change = { [K in keyof HostFacts]?: Partial<HostFacts[K]> };
const changed = (change: Change): HostFacts => ({
  system: { ...GOOD.system, ...change.system },
  isolation: { ...GOOD.isolation, ...change.isolation },
  storage: { ...GOOD.storage, ...change.storage },
  engine: { ...GOOD.engine, ...change.engine },
  network: { ...GOOD.network, ...change.network },
  mirror: { ...GOOD.mirror, ...change.mirror },
});

test('a good host: everything is in order, and no command is needed', () => {
  expect(findingsOf(GOOD).filter(({ level, remedy }) => level !== 'ok' || remedy !== null)).toEqual([]);
});

const CASES: [string, Change, string][] = [
  ['system.kernel_old', { system: { release: '4.19.0-27' } }, 'bad'],
  ['system.not_root', { system: { isRoot: false } }, 'note'],
  ['system.memory_little', { system: { memoryBytes: 2 * GIB } }, 'warn'],
  ['system.memory_little', { system: { memoryBytes: GIB } }, 'bad'],
  ['system.one_cpu', { system: { cpus: 1 } }, 'warn'],
  ['system.packages_missing', { system: { missingPackages: ['btrfs-progs', 'uidmap'] } }, 'warn'],
  ['system.no_apt', { system: { missingPackages: null } }, 'note'],
  ['system.clock_behind', { system: { isClockBehind: true } }, 'warn'],
  [
    'system.limit_low',
    { system: { tightLimits: [{ name: 'kernel.keys.maxkeys', value: 200, needed: 50_000 }] } },
    'note',
  ],
  ['system.terminals_few', { system: { terminals: { most: 100, used: 90 } } }, 'warn'],
  ['isolation.userns_off', { isolation: { userNamespaces: { most: 0, works: false } } }, 'bad'],
  ['isolation.unmapped', { isolation: { mappedFrom: null } }, 'note'],
  ['isolation.cgroup_hybrid', { isolation: { cgroup: 'hybrid' } }, 'ok'],
  ['isolation.cgroup_v1', { isolation: { cgroup: 'v1' } }, 'bad'],
  ['isolation.controllers_missing', { isolation: { missingControllers: ['memory'] } }, 'warn'],
  ['isolation.no_seccomp', { isolation: { hasSeccomp: false } }, 'bad'],
  ['isolation.no_fuse', { isolation: { hasFuse: false } }, 'note'],
  ['isolation.no_kvm', { isolation: { kvm: 'none' } }, 'note'],
  ['isolation.kvm_untried', { isolation: { kvm: 'untried' } }, 'note'],
  ['isolation.kvm_hangs', { isolation: { kvm: 'hangs' } }, 'note'],
  ['storage.disk_little', { storage: { freeBytes: 10 * GIB } }, 'warn'],
  ['storage.disk_little', { storage: { freeBytes: 5 * GIB } }, 'bad'],
  ['storage.inodes_few', { storage: { freeInodes: 1000 } }, 'warn'],
  ['storage.shut', { storage: { openRemedy: 'chmod o+x /root' } }, 'bad'],
  ['storage.no_btrfs', { storage: { btrfs: { kernel: false, tools: true } } }, 'warn'],
  ['storage.no_btrfs', { storage: { btrfs: { kernel: true, tools: false } } }, 'warn'],
  ['storage.no_loop', { storage: { hasLoop: false } }, 'warn'],
  ['storage.no_overlay', { storage: { hasOverlay: false } }, 'note'],
  ['storage.no_quota', { storage: { quota: 'not held' } }, 'warn'],
  ['storage.quota_unseen', { storage: { quota: 'unseen' } }, 'note'],
  ['engine.not_installed', { engine: { program: null } }, 'bad'],
  ['engine.silent', { engine: { state: 'silent' } }, 'bad'],
  ['engine.stopped', { engine: { state: 'stopped' } }, 'note'],
  ['engine.unseen', { engine: { state: 'unseen' } }, 'note'],
  ['network.no_firewall', { network: { firewall: null } }, 'bad'],
  ['network.rules_missing', { network: { rules: 'missing' } }, 'bad'],
  ['network.no_forwarding', { network: { isForwarding: false } }, 'note'],
  ['network.port_taken', { network: { port: { number: 3000, state: 'taken' } } }, 'bad'],
  ['network.port_ours', { network: { port: { number: 3000, state: 'ours' } } }, 'ok'],
  ['mirror.empty', { mirror: { images: 0, standIns: 0 } }, 'warn'],
  ['mirror.stopped', { mirror: { state: 'stopped' } }, 'note'],
  ['mirror.unseen', { mirror: { state: 'unseen' } }, 'note'],
  ['mirror.closed_room', { mirror: { upstream: null } }, 'note'],
  ['mirror.upstream_away', { mirror: { upstream: { url: 'https://registry.example', answers: false } } }, 'warn'],
];

test.each(CASES)('%s is found, and comes before what is in order', (code, change, level) => {
  const findings = findingsOf(changed(change));
  expect(findings.find((one) => one.code === code)).toMatchObject({ level });
  const firstFine = findings.findIndex((one) => one.level === 'ok');
  expect(findings.findLastIndex((one) => one.level !== 'ok')).toBeLessThan(firstFine);
});

test('what can be changed by a command names it, ready to be copied', () => {
  const remedyOf = (change: Change, code: string) =>
    findingsOf(changed(change)).find((one) => one.code === code)?.remedy;
  expect(remedyOf({ system: { missingPackages: ['a', 'b'] } }, 'system.packages_missing')).toBe(
    'apt-get install -y --no-install-recommends a b',
  );
  expect(remedyOf({ isolation: { userNamespaces: { most: 0, works: false } } }, 'isolation.userns_off')).toBe(
    'sysctl -w user.max_user_namespaces=15000',
  );
  expect(remedyOf({ storage: { openRemedy: 'chmod o+x /root' } }, 'storage.shut')).toBe('chmod o+x /root');
});

test.each(['en', 'fr'])('every code has words in %s: what was seen, and what follows', (language) => {
  const file = new URL(`../../../components/messages/${language}/doctor.json`, import.meta.url);
  const words: { found: Record<string, Record<string, { seen: string; follows: string }>> } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const codes = new Set(
    [GOOD, ...CASES.map(([, change]) => changed(change))].flatMap(findingsOf).map(({ code }) => code),
  );
  for (const code of codes) {
    const [group = '', name = ''] = code.split('.');
    expect(words.found[group]?.[name], code).toMatchObject({ seen: expect.any(String), follows: expect.any(String) });
  }
  const told = Object.entries(words.found).flatMap(([group, names]) =>
    Object.keys(names).map((name) => `${group}.${name}`),
  );
  expect(told.filter((code) => !codes.has(code))).toEqual([]);
});

test.each([
  ['v2', 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0'],
  ['hybrid', 'cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0'],
  ['v1', 'cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0'],
])('cgroups are told apart: %s', (kind, mounts) => {
  expect(cgroupKind(mounts)).toBe(kind);
});

/** A program in QEMU's place; the device is any file that is there. */
function machine(script: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'kvm-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = path.join(folder, 'qemu');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return { program, device: program };
}

test('KVM counts only when something boots: no device, no program, one that boots, one that fails, one that hangs', async () => {
  expect(await lookAtKvm({ device: '/dev/there-is-none' })).toBe('none');
  expect(await lookAtKvm({ ...machine(''), program: '/nowhere/qemu' })).toBe('untried');
  expect(await lookAtKvm(machine('exit 33'))).toBe('boots');
  expect(await lookAtKvm(machine('exit 1'))).toBe('hangs');
  expect(await lookAtKvm({ ...machine('exec sleep 60'), timeoutMs: 200 })).toBe('hangs');
});

test('the boot sector that is tried is one: 512 bytes with the mark that firmware looks for', async () => {
  const check =
    'for a in "$@"; do case $a in file=*) f=$(echo "$a" | sed "s/^file=//; s/,.*//");; esac; done; [ "$(tail -c 2 "$f" | od -An -tx1)" = " 55 aa" ] && exit 33';
  expect(await lookAtKvm(machine(check))).toBe('boots');
});

test('a port is free, or somebody else’s', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await portState(port)).toBe('taken');
  await new Promise((resolve) => server.close(resolve));
  expect(await portState(port)).toBe('free');
});

test('only who listens has a port; a connection from it does not count', () => {
  const row = (state: string) =>
    `0: 0100007F:0BB8 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 4711 1`;
  expect(listeners(row('0A'), 3000)).toEqual(['4711']);
  expect(listeners(row('01'), 3000)).toEqual([]);
  expect(listeners(row('0A'), 3001)).toEqual([]);
});

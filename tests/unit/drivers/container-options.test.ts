import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { NetworkMode } from '#server/sandboxes/driver.ts';
import { type ContainerPlan, containerOptions } from '#server/sandboxes/drivers/docker/container-options.ts';
import { execOptions } from '#server/sandboxes/drivers/docker/docker-exec.ts';
import { capabilitiesOf, engineFacts, reportOf } from '#server/sandboxes/drivers/docker/docker-report.ts';

const plan: ContainerPlan = {
  spec: {
    sandboxId: 'sb-1',
    courseId: 'virtualization',
    limits: { memoryMiB: 1024, cpus: 1.5, pids: 512, diskMiB: 4096 },
  },
  installation: 'school',
  image: 'chapterhouse/lab-virtualization:abc',
  shellToken: 'the-token',
  seccomp: '{"defaultAction":"SCMP_ACT_ERRNO"}',
  place: {
    networks: {
      none: { name: 'lab-none', gateway: '10.215.1.1' },
      mirror: { name: 'lab', gateway: '10.213.1.1' },
      internet: { name: 'lab-internet', gateway: '10.216.1.1' },
    },
    mirrorPort: 5000,
    resolvers: ['10.0.0.53'],
  },
  storage: 'btrfs',
  hasQuota: true,
  hasAppArmor: true,
  hasFuse: true,
};

test('a container is made with these options and no others', () => {
  expect(containerOptions(plan)).toMatchInlineSnapshot(`
    {
      "Env": [
        "container=docker",
        "CHAPTERHOUSE_SHELL_TOKEN=the-token",
        "CHAPTERHOUSE_MIRROR=registry.lab:5000",
      ],
      "HostConfig": {
        "CapAdd": [
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "SETGID",
          "SETUID",
          "SETPCAP",
          "SETFCAP",
          "NET_BIND_SERVICE",
          "NET_RAW",
          "NET_ADMIN",
          "SYS_CHROOT",
          "SYS_ADMIN",
          "SYS_PTRACE",
          "MKNOD",
          "AUDIT_WRITE",
        ],
        "CapDrop": [
          "ALL",
        ],
        "CgroupnsMode": "private",
        "Devices": [
          {
            "CgroupPermissions": "rwm",
            "PathInContainer": "/dev/fuse",
            "PathOnHost": "/dev/fuse",
          },
        ],
        "Dns": [
          "10.213.1.1",
        ],
        "ExtraHosts": [
          "registry.lab:10.213.1.1",
        ],
        "LogConfig": {
          "Config": {
            "max-file": "1",
            "max-size": "256k",
          },
          "Type": "json-file",
        },
        "MaskedPaths": [],
        "Memory": 1073741824,
        "MemorySwap": 1073741824,
        "NanoCpus": 1500000000,
        "NetworkMode": "lab",
        "OomScoreAdj": 500,
        "PidsLimit": 512,
        "Privileged": false,
        "ReadonlyPaths": [],
        "SecurityOpt": [
          "seccomp={"defaultAction":"SCMP_ACT_ERRNO"}",
          "apparmor=unconfined",
        ],
        "StorageOpt": {
          "size": "4096M",
        },
        "Tmpfs": {
          "/run": "size=64m,mode=755",
        },
        "Ulimits": [
          {
            "Hard": 0,
            "Name": "msgqueue",
            "Soft": 0,
          },
        ],
      },
      "Hostname": "lab",
      "Image": "chapterhouse/lab-virtualization:abc",
      "Labels": {
        "chapterhouse.course": "virtualization",
        "chapterhouse.installation": "school",
        "chapterhouse.sandbox": "sb-1",
      },
      "OpenStdin": false,
      "StopSignal": "SIGRTMIN+3",
      "Tty": true,
      "name": "sb-1",
    }
  `);
});

test('what a host lacks is left out', () => {
  const bare = { ...plan, place: { ...plan.place, mirrorPort: null } };
  const options = containerOptions({ ...bare, hasQuota: false, hasAppArmor: false, hasFuse: false });
  expect(options.Env).toEqual(['container=docker', 'CHAPTERHOUSE_SHELL_TOKEN=the-token']);
  expect(options.HostConfig).toMatchObject({ Devices: [], SecurityOpt: [`seccomp=${plan.seccomp}`] });
  expect(options.HostConfig).not.toHaveProperty('StorageOpt');
});

const withNetwork = (network: NetworkMode) => {
  const { Env, HostConfig } = containerOptions({ ...plan, spec: { ...plan.spec, network } });
  const { NetworkMode: name, Dns, ExtraHosts } = HostConfig ?? {};
  return { Env, name, Dns, ExtraHosts };
};

test('without a network of its own choice a sandbox is on the one of the mirror', () => {
  expect(containerOptions(plan)).toEqual(containerOptions({ ...plan, spec: { ...plan.spec, network: 'mirror' } }));
});

test('a sandbox without network is told of no mirror', () => {
  expect(withNetwork('none')).toEqual({
    Env: ['container=docker', 'CHAPTERHOUSE_SHELL_TOKEN=the-token'],
    name: 'lab-none',
    Dns: ['10.215.1.1'],
    ExtraHosts: undefined,
  });
});

test('a sandbox that may go out has the mirror as well, and the name servers of the host', () => {
  expect(withNetwork('internet')).toEqual({
    Env: [
      'container=docker',
      'CHAPTERHOUSE_SHELL_TOKEN=the-token',
      'CHAPTERHOUSE_MIRROR=registry.lab:5000',
      'CHAPTERHOUSE_NETWORK=open',
      'CHAPTERHOUSE_DNS=10.0.0.53',
    ],
    name: 'lab-internet',
    Dns: undefined,
    ExtraHosts: ['registry.lab:10.213.1.1'],
  });
});

test('without btrfs the nested stores are volumes of their own; with it there are none', () => {
  expect(containerOptions(plan)).not.toHaveProperty('Volumes');
  expect(containerOptions({ ...plan, storage: 'overlay2', hasQuota: false }).Volumes).toMatchInlineSnapshot(`
    {
      "/var/lib/containerd": {},
      "/var/lib/docker": {},
    }
  `);
});

test('no container is ever privileged or without a system call filter', () => {
  const { HostConfig } = containerOptions(plan);
  expect(HostConfig?.Privileged).toBe(false);
  expect(HostConfig?.CapDrop).toEqual(['ALL']);
  expect(HostConfig?.CapAdd).not.toContain('ALL');
  expect(HostConfig?.SecurityOpt).not.toContain('seccomp=unconfined');
});

const SeccompProfile = z.object({
  defaultAction: z.string(),
  syscalls: z.array(
    z.object({
      names: z.array(z.string()),
      action: z.string(),
      args: z.array(z.object({ value: z.number() })).optional(),
    }),
  ),
});

test('the system call filter refuses by default and lets a nested runtime have its keyring, and no more of keys', () => {
  const file = new URL('../../../server/sandboxes/drivers/docker/seccomp.json', import.meta.url);
  const profile = SeccompProfile.parse(JSON.parse(readFileSync(file, 'utf8')));
  expect(profile.defaultAction).toBe('SCMP_ACT_ERRNO');
  const allowed = profile.syscalls.filter(({ action }) => action === 'SCMP_ACT_ALLOW');
  const first = (call: string) =>
    allowed.filter(({ names }) => names.includes(call)).map(({ args }) => args?.map(({ value }) => value));
  // Joining a session keyring, setting its permissions, describing it.
  expect(first('keyctl')).toEqual([[1], [5], [6]]);
  // Local, internet and netlink sockets, and packets of one's own network; never a vsock (40).
  expect(first('socket')).toEqual([[1], [2], [10], [16], [17]]);
  const refused = ['add_key', 'request_key', 'socketcall', 'io_uring_setup', 'bpf', 'perf_event_open', 'userfaultfd'];
  const moreRefused = ['open_by_handle_at', 'fanotify_init', 'quotactl', 'syslog', 'kexec_load', 'swapon'];
  for (const call of [...refused, ...moreRefused]) expect(first(call)).toEqual([]);
});

test('a command is run under its own time limit, as the one who is named', () => {
  const options = execOptions(
    { argv: ['id', '-un'], user: 'root', timeoutMs: 1500, maxOutputBytes: 10, env: { A: 'b', LANG: 'fr_FR.UTF-8' } },
    'mark',
  );
  expect(options).toMatchObject({
    Cmd: ['timeout', '--kill-after=1', '1.500', 'id', '-un'],
    User: 'root',
    WorkingDir: '/root',
    Env: ['LANG=fr_FR.UTF-8', 'HOME=/root', 'CHAPTERHOUSE_EXEC=mark', 'A=b'],
    AttachStdin: false,
  });
});

const CGROUPS = { MemoryLimit: true, CpuCfsQuota: true, PidsLimit: true };

test('an engine without a user namespace is not usable, and the report says what would change that', () => {
  const bare = engineFacts(
    { ServerVersion: '28', Driver: 'overlay2', SecurityOptions: ['name=seccomp,profile=x'], ...CGROUPS },
    false,
  );
  const report = reportOf(bare);
  expect(report.usable).toBe(false);
  expect(report.advice.map(({ ok }) => ok)).toEqual([false, false, false]);
  expect(report.advice.every(({ remedy }) => remedy !== null)).toBe(true);
});

test('a limit that this host cannot hold is named, with what follows', () => {
  const enforced = (info: Parameters<typeof engineFacts>[0]) => reportOf(engineFacts(info, true));
  expect(enforced({ Driver: 'btrfs', ...CGROUPS }).enforces).toEqual(['memoryMiB', 'cpus', 'pids', 'diskMiB']);
  expect(enforced({ Driver: 'overlay2', ...CGROUPS }).enforces).toEqual(['memoryMiB', 'cpus', 'pids']);
  const weak = enforced({ Driver: 'btrfs', ...CGROUPS, CpuCfsQuota: false });
  expect(weak.enforces).toEqual(['memoryMiB', 'pids', 'diskMiB']);
  expect(weak.advice.filter(({ what }) => what.includes('not enforced'))).toHaveLength(1);
  // Who cannot say holds nothing: no promise is made on silence.
  expect(enforced({ Driver: 'overlay2' }).enforces).toEqual([]);
});

test('what an engine offers follows from its facts and from the image', () => {
  const options = ['name=seccomp,profile=builtin', 'name=userns', 'name=apparmor'];
  const facts = engineFacts({ ServerVersion: '28', Driver: 'btrfs', SecurityOptions: options }, true);
  expect(facts).toMatchObject({ hasUserns: true, hasAppArmor: true, hasQuota: true });
  expect(reportOf(facts)).toMatchObject({ usable: true });
  expect(capabilitiesOf(facts, ['apptainer', 'qemu'])).toContain('apptainer');
  expect(capabilitiesOf(facts, ['qemu'])).not.toContain('apptainer');
  expect(capabilitiesOf(facts, ['qemu', 'virtualbox'])).toEqual(expect.arrayContaining(['qemu', 'virtualbox']));
  expect(capabilitiesOf(facts, ['apptainer', 'something-else'])).not.toContain('qemu');
  expect(capabilitiesOf({ ...facts, hasQuota: false }, [])).not.toContain('quota');
});

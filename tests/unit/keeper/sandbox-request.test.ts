import { expect, test } from 'vitest';
import { sandboxRequest } from '#server/keeper/filter/sandbox-request.ts';
import { driversRequest, RULES, withField } from './filter-rules.ts';

const ask = (body: unknown, name = 'sandbox-1') => sandboxRequest(name, body, RULES);

test.each(['none', 'mirror', 'internet'] as const)(
  'what the driver asks for a sandbox with network %s passes',
  (mode) => {
    expect(ask(driversRequest(mode))).toEqual(driversRequest(mode));
  },
);

test('what reaches the engine is built anew: the same words, another object, and no order of the asker', () => {
  const asked = driversRequest();
  const backwards = Object.fromEntries(Object.entries(asked).reverse());
  const built = ask(backwards);
  expect(built).not.toBe(backwards);
  expect(Object.keys(built)).toEqual(Object.keys(asked));
});

const REFUSED: [string, unknown][] = [
  ['Image', 'alpine'],
  ['Image', 'sha256:0123456789abcdef'],
  ['Cmd', ['sh']],
  ['Entrypoint', ['sh']],
  ['User', 'root'],
  ['Hostname', 'other'],
  ['WorkingDir', '/'],
  ['OpenStdin', true],
  ['StopSignal', 'SIGKILL'],
  ['Env', ['container=docker', 'LD_PRELOAD=/x']],
  ['Volumes', { '/host': {} }],
  ['ExposedPorts', { '22/tcp': {} }],
  ['NetworkingConfig', { EndpointsConfig: { build: {} } }],
  ['MacAddress', '02:42:ac:11:00:02'],
  ['Healthcheck', { Test: ['CMD', 'true'] }],
  ['OnBuild', []],
  ['Labels/chapterhouse.installation', 'somebody-else'],
  ['Labels/chapterhouse.sandbox', 'sandbox-2'],
  ['Labels/chapterhouse.course', '../..'],
  ['Labels/other', 'x'],
  ['HostConfig/Privileged', true],
  ['HostConfig/Binds', ['/:/host']],
  ['HostConfig/Mounts', [{ Type: 'bind', Source: '/', Target: '/host' }]],
  ['HostConfig/VolumesFrom', ['other']],
  ['HostConfig/Devices', [{ PathOnHost: '/dev/sda', PathInContainer: '/dev/sda', CgroupPermissions: 'rwm' }]],
  ['HostConfig/Devices/0/PathOnHost', '/dev/mem'],
  ['HostConfig/DeviceCgroupRules', ['a *:* rwm']],
  ['HostConfig/DeviceRequests', [{ Driver: 'nvidia' }]],
  ['HostConfig/CapAdd', ['ALL']],
  ['HostConfig/CapAdd', [...Reflect.get(Object(driversRequest().HostConfig), 'CapAdd'), 'SYS_MODULE']],
  ['HostConfig/CapDrop', []],
  ['HostConfig/SecurityOpt', ['seccomp=unconfined']],
  ['HostConfig/SecurityOpt', ['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}']],
  ['HostConfig/UsernsMode', 'host'],
  ['HostConfig/PidMode', 'host'],
  ['HostConfig/PidMode', `container:${'a'.repeat(64)}`],
  ['HostConfig/IpcMode', 'host'],
  ['HostConfig/UTSMode', 'host'],
  ['HostConfig/CgroupnsMode', 'host'],
  ['HostConfig/CgroupParent', '/'],
  ['HostConfig/Cgroup', 'container:x'],
  ['HostConfig/NetworkMode', 'host'],
  ['HostConfig/NetworkMode', 'build'],
  ['HostConfig/NetworkMode', 'bridge'],
  ['HostConfig/NetworkMode', `container:${'a'.repeat(64)}`],
  ['HostConfig/PortBindings', { '80/tcp': [{ HostPort: '80' }] }],
  ['HostConfig/PublishAllPorts', true],
  ['HostConfig/Dns', ['192.0.2.9']],
  ['HostConfig/ExtraHosts', ['registry.lab:192.0.2.9']],
  ['HostConfig/Sysctls', { 'kernel.core_pattern': '|/x' }],
  ['HostConfig/Ulimits', [{ Name: 'nofile', Soft: 1, Hard: 1 }]],
  ['HostConfig/OomKillDisable', true],
  ['HostConfig/OomScoreAdj', -1000],
  ['HostConfig/Runtime', 'other'],
  ['HostConfig/RestartPolicy', { Name: 'always' }],
  ['HostConfig/AutoRemove', true],
  ['HostConfig/Tmpfs', { '/run': '', '/sys': '' }],
  ['HostConfig/LogConfig', { Type: 'syslog', Config: { 'syslog-address': 'tcp://192.0.2.9' } }],
  ['HostConfig/ShmSize', 1024 ** 4],
  ['HostConfig/BlkioDeviceWriteBps', [{ Path: '/dev/sda', Rate: 1 }]],
  ['HostConfig/Memory', 0],
  ['HostConfig/Memory', 64 * 1024 ** 3],
  ['HostConfig/MemorySwap', -1],
  ['HostConfig/NanoCpus', 0],
  ['HostConfig/NanoCpus', 64e9],
  ['HostConfig/CpuShares', 1_000_000],
  ['HostConfig/PidsLimit', -1],
  ['HostConfig/PidsLimit', 1_000_000],
  ['HostConfig/StorageOpt', {}],
  ['HostConfig/StorageOpt', { size: '9000000M' }],
  ['HostConfig/Annotations', { a: 'b' }],
  ['__proto__x', {}],
  ['HostConfig/NoSuchField', 1],
];

test.each(REFUSED)('a container with another %s is refused: %j', (path, value) => {
  expect(() => ask(withField(path, value))).toThrow('refused by the keeper');
});

test('another name than the label’s is refused, and so is what is no request at all', () => {
  expect(() => ask(driversRequest(), 'other')).toThrow('refused by the keeper');
  for (const body of [undefined, null, [], 'x', {}, { HostConfig: null }]) expect(() => ask(body)).toThrow('refused');
});

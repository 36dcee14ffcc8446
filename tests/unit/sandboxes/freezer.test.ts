import { expect, test } from 'vitest';
import { freezerMount, freezerPath, groupOfContainer } from '#server/sandboxes/engine/freezer.ts';

const HYBRID = `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/freezer cgroup rw,nosuid,freezer 0 0`;

test('the freezer is found where version 1 has one, and nowhere else', () => {
  expect(freezerMount(HYBRID)).toBe('/sys/fs/cgroup/freezer');
  expect(freezerMount('cgroup2 /sys/fs/cgroup cgroup2 rw,freezer 0 0')).toBeNull();
});

test('a process’s group is told; the top is nobody’s to thaw', () => {
  expect(freezerPath('7:freezer:/docker/abc\n3:cpu,cpuacct:/docker/other\n0::/docker/abc\n')).toBe('/docker/abc');
  expect(freezerPath('7:freezer:/\n0::/docker/abc\n')).toBeNull();
  expect(freezerPath('0::/docker/abc\n')).toBeNull();
  expect(freezerPath('')).toBeNull();
});

test('a container’s own group is the one that bears its id, wherever its processes have gone below', () => {
  expect(groupOfContainer('/docker/abc', 'abc')).toBe('/docker/abc');
  expect(groupOfContainer('/system.slice/docker-abc.scope/init.scope', 'abc')).toBe('/system.slice/docker-abc.scope');
  expect(groupOfContainer('/docker/other', 'abc')).toBeNull();
  expect(groupOfContainer(null, 'abc')).toBeNull();
});

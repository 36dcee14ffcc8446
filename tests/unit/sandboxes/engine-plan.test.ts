import { expect, test } from 'vitest';
import { unifiedMount, unifiedPath } from '#server/sandboxes/engine/cgroup.ts';
import { bridgesOf, dockerdArguments, planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import { firewallPlan } from '#server/sandboxes/engine/firewall-rules.ts';
import { freeStart, mappedStart } from '#server/sandboxes/engine/user-map.ts';

test('two engines share no path, bridge, subnet or firewall chain', () => {
  const [one, two] = [planEngine({ home: '/one', index: 1 }), planEngine({ home: '/two', index: 2 })];
  const names = (plan: typeof one) => [
    plan.socket,
    plan.dataRoot,
    ...bridgesOf(plan).flatMap(({ bridge, subnet }) => [bridge, subnet]),
    ...firewallPlan(plan, { resolvers: [], isForwardingOurs: true }).flatMap(({ chains }) =>
      chains.map(({ name }) => name),
    ),
  ];
  expect(names(one).filter((name) => names(two).includes(name))).toEqual([]);
});

test('an index outside 0 to 250 is refused, as it would name no subnet', () => {
  for (const index of [-1, 251, 1.5]) expect(() => planEngine({ home: '/x', index })).toThrow(RangeError);
});

test('interface names stay within the kernel limit of 15 letters', () => {
  const bridges = bridgesOf(planEngine({ home: '/x', index: 250 }));
  expect(Math.max(...bridges.map(({ bridge }) => bridge.length))).toBeLessThanOrEqual(15);
});

test('the daemon maps users, outlives us with its containers and leaves the firewall alone', () => {
  const args = dockerdArguments(planEngine({ home: '/e', index: 3 }), 'btrfs');
  expect(args).toEqual(
    expect.arrayContaining([
      '--userns-remap=default',
      '--live-restore',
      '--iptables=false',
      '--host=unix:///e/docker.sock',
    ]),
  );
});

test('the unified hierarchy is found beside version 1 and alone', () => {
  const hybrid = 'tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n';
  expect(unifiedMount(hybrid)).toBe('/sys/fs/cgroup/unified');
  expect(unifiedMount('cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n')).toBe('/sys/fs/cgroup');
  expect(unifiedMount('cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\n')).toBeNull();
});

test("a process at the root of the hierarchy has no cgroup to hand over: that would be the host's own", () => {
  expect(unifiedPath('9:name=systemd:/docker/abc\n0::/docker/abc\n')).toBe('/docker/abc');
  expect(unifiedPath('0::/\n')).toBeNull();
});

test('a new id range begins past every range already given', () => {
  expect(freeStart('')).toBe(100_000);
  expect(freeStart('ada:100000:65536\nbob:165536:65536\n')).toBe(231_072);
  expect(mappedStart('ada:100000:65536\ndockremap:165536:65536\n', 'dockremap')).toBe(165_536);
});

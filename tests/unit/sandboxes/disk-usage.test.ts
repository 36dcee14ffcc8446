import { expect, test } from 'vitest';
import { usageByMount } from '#server/sandboxes/engine/disk-usage.ts';

const GROUPS = `Qgroupid    Referenced    Exclusive  Max referenced  Max exclusive   Path
--------    ----------    ---------  --------------  -------------   ----
0/5             958464       958464            none           none   <toplevel>
0/256        461729792       114688            none           none   100000.100000/btrfs/subvolumes/image
0/257        461729792        81920      4294967296           none   100000.100000/btrfs/subvolumes/one-init
0/258        461975552       376832      4294967296           none   100000.100000/btrfs/subvolumes/one
0/261          1000000       500000            none           none   100000.100000/btrfs/subvolumes/one/home/student/mine
1/0               5000         5000            none           none   <0 member qgroups>
`;
const SUBVOLUMES = `ID 256 gen 178 top level 5 path 100000.100000/btrfs/subvolumes/image
ID 257 gen 158 top level 5 path 100000.100000/btrfs/subvolumes/one-init
ID 258 gen 162 top level 5 path 100000.100000/btrfs/subvolumes/one
ID 261 gen 170 top level 258 path 100000.100000/btrfs/subvolumes/one/home/student/mine
`;

test("a sandbox's disk is what it alone holds, subvolumes of its own making included", () => {
  const usage = usageByMount(GROUPS, SUBVOLUMES);
  expect(usage.get('one')).toBe(876_832);
  expect(usage.get('one-init')).toBe(81_920);
  expect([...usage.keys()].sort()).toEqual(['image', 'one', 'one-init']);
});

test('older tools, which name no paths in their groups, are read as well', () => {
  const old =
    'qgroupid         rfer         excl     max_rfer     max_excl\n0/258     461975552       376832   4294967296         none\n';
  expect(usageByMount(old, SUBVOLUMES).get('one')).toBe(376_832);
});

test('a subvolume that was made between the two listings counts as nothing yet', () => {
  expect(usageByMount('', SUBVOLUMES).size).toBe(0);
});

import { expect, test } from 'vitest';
import { mountsOf } from '#server/sandboxes/engine/mount-copies.ts';

const MOUNTINFO = `25 1 254:0 / / rw,relatime - ext4 /dev/root rw
90 25 0:52 / /home/engine/data rw,noatime shared:7 - btrfs /dev/loop1 rw,space_cache=v2
91 90 0:52 /own /home/engine/data/own rw,noatime - btrfs /dev/loop1 rw,space_cache=v2
92 25 0:53 / /other/data rw,noatime - btrfs /dev/loop10 rw,space_cache=v2
`;

test('only the mounts of the devices that are named are found, in the order of mounting', () => {
  expect(mountsOf(['/dev/loop1'], MOUNTINFO)).toEqual(['/home/engine/data', '/home/engine/data/own']);
  expect(mountsOf([], MOUNTINFO)).toEqual([]);
  expect(mountsOf(['/dev/loop1'], '')).toEqual([]);
});

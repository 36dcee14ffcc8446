import { expect, test } from 'vitest';
import { requireDisk, requireName, requireRoom } from '#server/sandboxes/snapshots/snapshot-rules.ts';

const mine = (state: string) => ({ kind: 'student', state });

test('a student keeps as many states as the quota says', () => {
  expect(() => requireRoom([mine('ready'), mine('saving')], 3)).not.toThrow();
  expect(() => requireRoom([mine('ready'), mine('saving'), mine('ready')], 3)).toThrow(
    expect.objectContaining({ code: 'snapshot_quota' }),
  );
});

test('what the student cannot see any more takes no place: failed, deleted, or saved at an ending', () => {
  const unseen = [mine('failed'), mine('deleting'), { kind: 'ending', state: 'ready' }];
  expect(() => requireRoom([...unseen, mine('ready'), mine('ready')], 3)).not.toThrow();
});

test('a state is kept only where it leaves the running sandboxes two gibibytes', () => {
  const gib = 1024 ** 3;
  expect(() => requireDisk({ freeBytes: 3 * gib, stateBytes: gib })).not.toThrow();
  expect(() => requireDisk({ freeBytes: 3 * gib, stateBytes: gib + 1 })).toThrow(
    expect.objectContaining({ code: 'disk_full' }),
  );
});

test('a name is trimmed, and has 1 to 60 plain characters', () => {
  expect(requireName('  before the exam ')).toBe('before the exam');
  for (const bad of ['', '   ', 'x'.repeat(61), 'a\u202eb', 'a\nb']) {
    expect(() => requireName(bad)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  }
});

import { expect, test } from 'vitest';
import { costOf, type HostFacts, seatsOf } from '#server/sandboxes/capacity-model.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const limits = { memoryMiB: 1024, cpus: 1, pids: 1024, diskMiB: 4096 };
const facts: HostFacts = { memoryBytes: 17 * GIB, cpus: 4, diskFreeBytes: 102 * GIB };
const half = costOf(limits, []);
const measured = (memoryMiB: number, diskMiB: number | null = null, count = 5) =>
  Array.from({ length: count }, () => ({
    memoryBytes: memoryMiB * MIB,
    diskBytes: diskMiB === null ? null : diskMiB * MIB,
  }));

test('before enough were measured each is counted with half of its limits', () => {
  expect(half).toEqual({ memoryBytes: 512 * MIB, diskBytes: 2 * GIB });
  expect(costOf(limits, measured(100, 100, 4))).toEqual(half);
});

test('then with what they take and half as much again, never less than a quarter, never more than the limit', () => {
  expect(costOf(limits, measured(300, 1000))).toEqual({ memoryBytes: 450 * MIB, diskBytes: 1500 * MIB });
  expect(costOf(limits, measured(30, 10))).toEqual({ memoryBytes: 256 * MIB, diskBytes: 1024 * MIB });
  expect(costOf(limits, measured(1000)).memoryBytes).toBe(1024 * MIB);
  expect(costOf(limits, measured(300)).diskBytes).toBe(2 * GIB);
});

test('the tightest decides', () => {
  const ask = (over: Partial<HostFacts>) =>
    seatsOf({ facts: { ...facts, ...over }, cost: half, used: 0, setting: null });
  expect(ask({})).toEqual({
    total: 32,
    limitedBy: 'memory',
    by: { memory: 32, cpu: 64, disk: 50, setting: null },
  });
  expect(ask({ cpus: 1 })).toMatchObject({ total: 16, limitedBy: 'cpu' });
  expect(ask({ diskFreeBytes: 12 * GIB })).toMatchObject({ total: 5, limitedBy: 'disk' });
  expect(ask({ diskFreeBytes: null })).toMatchObject({ total: 32, by: { disk: null } });
});

test('the disk of those that are there is not free any more, and theirs already', () => {
  const full = { ...facts, diskFreeBytes: 2 * GIB };
  expect(seatsOf({ facts: full, cost: half, used: 7, setting: null })).toMatchObject({ total: 7, limitedBy: 'disk' });
});

test('what somebody set wins, and what the machine carries is still told', () => {
  expect(seatsOf({ facts, cost: half, used: 0, setting: 90 })).toMatchObject({
    total: 90,
    limitedBy: 'setting',
    by: { memory: 32, setting: 90 },
  });
});

test('a machine that is too small for one may still try', () => {
  const tiny = { memoryBytes: GIB, cpus: 1, diskFreeBytes: 0 };
  expect(seatsOf({ facts: tiny, cost: half, used: 0, setting: null }).total).toBe(1);
});

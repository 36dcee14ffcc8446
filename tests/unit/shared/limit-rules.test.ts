import { expect, test } from 'vitest';
import { aboveCeiling, resolveLimits, resolvePolicy } from '#server/shared/limit-rules.ts';
import { courseSandbox, type LimitAmounts, sandboxLimits } from '#server/shared/sandbox-policy.ts';

const defaults: LimitAmounts = {
  memoryMiB: 1024,
  cpus: 1,
  pids: 1024,
  diskMiB: 4096,
  idleMinutes: 60,
  lifetimeMinutes: 240,
};
const ceilings: LimitAmounts = {
  memoryMiB: 4096,
  cpus: 2,
  pids: 4096,
  diskMiB: 16_384,
  idleMinutes: 120,
  lifetimeMinutes: 720,
};
const machine = { defaults, ceilings };
const course = (limits: object) => courseSandbox.parse(limits);

test('where nobody says anything, the machine decides', () => {
  expect(resolveLimits({ machine, course: null, classroom: null })).toEqual(defaults);
});

test('a course may be looser or stricter than the machine, and a class than its course', () => {
  const levels = { machine, course: course({ memoryMiB: 2048, pids: 256 }), classroom: { memoryMiB: 512 } };
  expect(resolveLimits(levels)).toEqual({ ...defaults, memoryMiB: 512, pids: 256 });
  const looser = { ...levels, classroom: { memoryMiB: 3000, idleMinutes: 90 } };
  expect(resolveLimits(looser)).toEqual({ ...defaults, memoryMiB: 3000, pids: 256, idleMinutes: 90 });
});

test.each(['memoryMiB', 'cpus', 'pids', 'diskMiB', 'idleMinutes', 'lifetimeMinutes'] as const)(
  'nobody goes beyond the ceiling of %s',
  (name) => {
    const greedy = { [name]: ceilings[name] * 10 };
    const asCourse = resolveLimits({ machine, course: course(greedy), classroom: null });
    const asClass = resolveLimits({ machine, course: null, classroom: greedy });
    const asDefault = resolveLimits({
      machine: { defaults: { ...defaults, ...greedy }, ceilings },
      course: null,
      classroom: null,
    });
    for (const limits of [asCourse, asClass, asDefault])
      expect(limits).toEqual({ ...defaults, [name]: ceilings[name] });
    expect(aboveCeiling(greedy, ceilings)).toEqual([name]);
    expect(aboveCeiling({ [name]: ceilings[name] }, ceilings)).toEqual([]);
  },
);

test('the policy is what the driver and the clock need', () => {
  const levels = { machine, course: course({ network: 'none', cpus: 0.5 }), classroom: { idleMinutes: 20 } };
  expect(resolvePolicy(levels)).toEqual({
    limits: { memoryMiB: 1024, cpus: 0.5, pids: 1024, diskMiB: 4096 },
    idleMs: 20 * 60_000,
    lifetimeMs: 240 * 60_000,
    longestLifeMs: 720 * 60_000,
    network: 'none',
  });
});

test('the machine may count in parts of a minute', () => {
  const short = { ...defaults, idleMinutes: 0.2, lifetimeMinutes: 0.5 };
  const policy = resolvePolicy({ machine: { defaults: short, ceilings }, course: null, classroom: null });
  expect(policy).toMatchObject({ idleMs: 12_000, lifetimeMs: 30_000, network: 'mirror' });
});

test('a class cannot be given limits in which nothing boots', () => {
  for (const limits of [{ memoryMiB: 64 }, { pids: 10 }, { idleMinutes: 1 }, { cpus: 0 }, { color: 1 }]) {
    expect(sandboxLimits.safeParse(limits).success).toBe(false);
  }
});

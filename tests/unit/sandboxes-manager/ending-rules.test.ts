import { expect, test } from 'vitest';
import {
  beginsAnew,
  dueEnding,
  dueWarning,
  extendedUntil,
  isSavedFirst,
  warnTimes,
} from '#server/sandboxes/ending-rules.ts';
import { PHASES } from '#server/sandboxes/sandbox-rules.ts';
import { sandboxEnding } from '#server/shared/protocol.ts';

const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000);
const times = (active: number, expires: number, idle = 600) => ({
  phase: 'ready' as const,
  lastActiveAt: at(active),
  expiresAt: at(expires),
  idleMs: idle * 1000,
});

test.each([
  { active: 0, expires: 3000, now: 599.999, due: null },
  { active: 0, expires: 3000, now: 600, due: 'idle' },
  { active: 2999, expires: 3000, now: 3000, due: 'expired' },
  // What came first is the reason, even when a server that stood still notices both at once.
  { active: 0, expires: 3000, now: 9000, due: 'idle' },
  { active: 2500, expires: 3000, now: 9000, due: 'expired' },
])('last active at $active, expiring at $expires, at $now it is $due', ({ active, expires, now, due }) => {
  expect(dueEnding(times(active, expires), at(now))).toBe(due);
  for (const phase of PHASES.filter((other) => other !== 'ready')) {
    expect(dueEnding({ ...times(active, expires), phase }, at(now))).toBeNull();
  }
});

test.each([
  { what: 'in peace', active: 0, expires: 9000, now: 299, told: null },
  { what: 'idle, first call', active: 0, expires: 9000, now: 300, told: ['idle', 600, 'first'] },
  { what: 'idle, last call', active: 0, expires: 9000, now: 540, told: ['idle', 600, 'last'] },
  { what: 'old, first call', active: 8999, expires: 9000, now: 8700, told: ['expired', 9000, 'first'] },
  { what: 'old, last call', active: 8999, expires: 9000, now: 8941, told: ['expired', 9000, 'last'] },
])('$what', ({ active, expires, now, told }) => {
  const due = dueWarning(times(active, expires), at(now), warnTimes(300_000));
  const [reason, ends, call] = told ?? [];
  expect(due).toEqual(told && { warning: { reason, endsAt: at(Number(ends)).toISOString() }, call });
});

test('where the idle time is short, half of it passes in peace', () => {
  const warn = warnTimes(300_000);
  expect(dueWarning(times(0, 9000, 60), at(29), warn)).toBeNull();
  expect(dueWarning(times(0, 9000, 60), at(30), warn)?.call).toBe('first');
  expect(dueWarning(times(0, 9000, 60), at(45), warn)?.call).toBe('last');
});

test('only a ready sandbox is warned of', () => {
  for (const phase of PHASES.filter((other) => other !== 'ready')) {
    expect(dueWarning({ ...times(0, 600), phase }, at(590), warnTimes(300_000))).toBeNull();
  }
});

test('an extension is a whole lifetime from now, until the longest life is used up', () => {
  const life = { createdAt: at(0), lifetimeMs: 1000_000, longestLifeMs: 2500_000 };
  expect(extendedUntil({ ...life, expiresAt: at(1000) }, at(900))).toEqual(at(1900));
  expect(extendedUntil({ ...life, expiresAt: at(1900) }, at(1800))).toEqual(at(2500));
  expect(extendedUntil({ ...life, expiresAt: at(2500) }, at(2400))).toBeNull();
});

test('an extension never shortens a life', () => {
  const life = { createdAt: at(0), expiresAt: at(1000), lifetimeMs: 100_000, longestLifeMs: 5000_000 };
  expect(extendedUntil(life, at(10))).toBeNull();
});

test('what the student did not ask for is saved first, where there is something sound to save', () => {
  const saved = sandboxEnding.options.filter(isSavedFirst);
  expect(saved).toEqual(['idle', 'expired', 'ended_by_admin', 'class_closed']);
});

test('a page tells of an ending before it begins a new sandbox, unless the student knows it', () => {
  expect(beginsAnew(null)).toBe(true);
  const told = sandboxEnding.options.filter((ending) => !beginsAnew(ending));
  expect(told).toEqual(['idle', 'expired', 'ended_by_admin', 'memory', 'host_restart', 'fault', 'copy_closed']);
});

import { expect, test } from 'vitest';
import { capacityOf, requireSeat } from '#server/sandboxes/capacity.ts';
import { afterRestart, cpuPercent, isLive, mayMove, PHASES, phasesBefore } from '#server/sandboxes/sandbox-rules.ts';

const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000);

test.each(PHASES.flatMap((from, i) => PHASES.map((to, j) => ({ from, to, allowed: j > i }))))(
  'from $from to $to: $allowed',
  ({ from, to, allowed }) => {
    expect(mayMove(from, to)).toBe(allowed);
    expect(phasesBefore(to).includes(from)).toBe(allowed);
  },
);

test.each(PHASES)('%s holds a seat unless it is gone', (phase) => {
  expect(isLive(phase)).toBe(phase !== 'gone');
});

test('only what is not gone counts against the capacity', () => {
  expect(capacityOf(PHASES, { total: 9, warm: 0 })).toEqual({ total: 9, used: 5 });
  expect(capacityOf(PHASES, { total: 9, warm: 2 })).toEqual({ total: 9, used: 7 });
  expect(() => requireSeat({ total: 5, used: 4 })).not.toThrow();
  expect(() => requireSeat({ total: 5, used: 5 })).toThrow(expect.objectContaining({ code: 'sandbox_capacity' }));
});

test('after a restart only a ready sandbox with a handle is taken over', () => {
  for (const phase of PHASES) {
    expect(afterRestart({ phase, ref: 'r' })).toBe(phase === 'ready' ? 'adopt' : 'discard');
    expect(afterRestart({ phase, ref: null })).toBe('discard');
  }
});

test('CPU use is told between two samples that are far enough apart', () => {
  expect(cpuPercent(null, { at: at(1), cpuSeconds: 5 })).toBeNull();
  expect(cpuPercent({ at: at(0), cpuSeconds: 5 }, { at: at(0.1), cpuSeconds: 6 })).toBeNull();
  expect(cpuPercent({ at: at(0), cpuSeconds: 5 }, { at: at(2), cpuSeconds: 6 })).toBe(50);
  expect(cpuPercent({ at: at(0), cpuSeconds: 5 }, { at: at(2), cpuSeconds: 4 })).toBe(0);
});

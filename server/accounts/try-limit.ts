import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';

export type TryLimit = {
  /** Throws `too_many_tries` when this address has failed too often of late. */
  check(address: string): void;
  fail(address: string): void;
};

/** More addresses than this at once is an attack on our memory: forget the oldest. */
const MAX_ADDRESSES = 10_000;

/** Counts failures only, so that a whole class behind one address can join at once. */
export function createTryLimit({ clock, max, windowMs }: { clock: Clock; max: number; windowMs: number }): TryLimit {
  const failures = new Map<string, number[]>();
  const recent = (address: string) => {
    const since = clock.now().getTime() - windowMs;
    return (failures.get(address) ?? []).filter((at) => at > since);
  };
  return {
    check(address) {
      if (recent(address).length >= max) throw new AppError('too_many_tries', 'too many failed tries from an address');
    },
    fail(address) {
      const times = [...recent(address), clock.now().getTime()];
      failures.delete(address);
      failures.set(address, times);
      const oldest = failures.keys().next().value;
      if (failures.size > MAX_ADDRESSES && oldest !== undefined) failures.delete(oldest);
    },
  };
}

import { expect, test } from 'vitest';
import { createTryLimit } from '#server/accounts/try-limit.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const limitOf = (clock: ManualClock) => createTryLimit({ clock, max: 3, windowMs: 60_000 });
const tooMany = expect.objectContaining({ code: 'too_many_tries' });

test('an address that failed too often is refused until its failures are old', () => {
  const clock = new ManualClock();
  const limit = limitOf(clock);
  for (let i = 0; i < 3; i += 1) {
    limit.check('a');
    limit.fail('a');
  }
  expect(() => limit.check('a')).toThrow(tooMany);
  clock.advance(60_001);
  limit.check('a');
});

test('one address does not stop another', () => {
  const limit = limitOf(new ManualClock());
  for (let i = 0; i < 3; i += 1) limit.fail('a');
  limit.check('b');
});

test('successes are not counted: a whole class may come from one address', () => {
  const limit = limitOf(new ManualClock());
  for (let i = 0; i < 300; i += 1) limit.check('school');
});

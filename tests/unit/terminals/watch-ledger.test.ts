import { expect, test } from 'vitest';
import { WATCH_LINGERS_MS, WatchLedger } from '#server/terminals/watching/watch-ledger.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const ADA = { userId: 'ada', name: 'Ada' };
const watching = (seatId: string, shell = 'shell-1') => ({ watcher: ADA, seatId, shell });

function ledgerThat({ fails = false } = {}) {
  const clock = new ManualClock();
  const rows: string[] = [];
  const isFull = { value: fails };
  const ledger = new WatchLedger({
    clock,
    opened: async ({ seatId }) => {
      if (isFull.value) throw new Error('the disk is full');
      rows.push(`opened ${seatId}`);
    },
    closed: async ({ seatId }) => {
      rows.push(`closed ${seatId}`);
    },
  });
  return { clock, rows, ledger, isFull };
}

test('shells, reloads and a second page are one watch, written when it begins and when it ends', async () => {
  const { clock, rows, ledger } = ledgerThat();
  const first = await ledger.begin(watching('eve'));
  const second = await ledger.begin(watching('eve', 'shell-2'));
  await ledger.begin(watching('bob'));
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  clock.advance(WATCH_LINGERS_MS);
  second[Symbol.dispose]();
  clock.advance(WATCH_LINGERS_MS - 1);
  const again = await ledger.begin(watching('eve'));
  clock.advance(WATCH_LINGERS_MS);
  expect(rows).toEqual(['opened eve', 'opened bob']);
  again[Symbol.dispose]();
  clock.advance(WATCH_LINGERS_MS);
  expect(rows).toEqual(['opened eve', 'opened bob', 'closed eve']);
  await ledger.begin(watching('eve'));
  expect(rows.at(-1)).toBe('opened eve');
});

test('a watch that cannot be written does not begin, and can be tried again', async () => {
  const { rows, ledger, isFull } = ledgerThat({ fails: true });
  await expect(
    Promise.allSettled([ledger.begin(watching('eve')), ledger.begin(watching('eve'))]),
  ).resolves.toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  isFull.value = false;
  await ledger.begin(watching('eve'));
  expect(rows).toEqual(['opened eve']);
});

test('what is open when the server goes is closed once', async () => {
  const { clock, rows, ledger } = ledgerThat();
  const open = await ledger.begin(watching('eve'));
  await ledger.dispose();
  open[Symbol.dispose]();
  clock.advance(WATCH_LINGERS_MS);
  expect(rows).toEqual(['opened eve', 'closed eve']);
});

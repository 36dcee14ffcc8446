import { expect, test } from 'vitest';
import { hintOffer } from '#components/course/hint-rules.ts';

const hints = [{ when: null }, { when: 'paused' }, { when: null }, { when: 'stopped' }];
const said = (hintKey: string | null, sameFailures = 1, passedAt: string | null = null) => ({
  hintKey,
  sameFailures,
  passedAt,
});

test('hints for anybody come in order, those for a key only when the check names it', () => {
  expect(hintOffer({ hints, opened: [], progress: null })).toMatchObject({ index: 0, fits: false, total: 2 });
  expect(hintOffer({ hints, opened: [0], progress: said(null) })).toMatchObject({ index: 2, total: 2 });
  expect(hintOffer({ hints, opened: [0, 2], progress: said(null) })).toBeNull();
  expect(hintOffer({ hints, opened: [0, 2], progress: said('unknown') })).toBeNull();
});

test('the one that fits what the check saw comes first', () => {
  expect(hintOffer({ hints, opened: [], progress: said('stopped') })).toMatchObject({ index: 3, fits: true, total: 3 });
  expect(hintOffer({ hints, opened: [3], progress: said('stopped') })).toMatchObject({ index: 0, fits: false });
});

test('after three failures with the same words one is offered, until the pass', () => {
  expect(hintOffer({ hints, opened: [], progress: said(null, 2) })?.pressing).toBe(false);
  expect(hintOffer({ hints, opened: [], progress: said(null, 3) })?.pressing).toBe(true);
  const passed = hintOffer({ hints, opened: [], progress: said('paused', 5, '2026-01-01T00:00:00Z') });
  expect(passed).toMatchObject({ index: 0, fits: false, pressing: false });
});

import { expect, test } from 'vitest';
import { copyOfSeat, copySeatId, enrollmentOfSeat } from '#server/shared/copy-seat.ts';

const copy = { enrollmentId: 'e1', ownerId: 't1' };

test("a copy's seat tells whose it is a copy of, and who opened it", () => {
  expect(copyOfSeat(copySeatId(copy))).toEqual(copy);
  expect(enrollmentOfSeat(copySeatId(copy))).toBe('e1');
});

test('what is no copy is a seat of its own, however it is written', () => {
  for (const id of ['e1', '', 'copy', 'copy:', 'copy:t1', 'copy::e1', 'copy:t1:', 'copy:t1:e1:x', 'Copy:t1:e1']) {
    expect(copyOfSeat(id), id).toBeNull();
    expect(enrollmentOfSeat(id)).toBe(id);
  }
});

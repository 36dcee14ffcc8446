import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Scrollback } from '#server/terminals/scrollback.ts';

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 60 });

test('what is kept is exactly the newest bytes, whatever the sizes of the writes', () => {
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 64 }), (writes, capacity) => {
      const scrollback = new Scrollback(capacity);
      for (const write of writes) scrollback.append(write);
      const all = Buffer.concat(writes);
      expect(scrollback.end).toBe(all.length);
      expect(scrollback.start).toBe(Math.max(0, all.length - capacity));
      expect(scrollback.read(scrollback.start, scrollback.end)).toEqual(all.subarray(scrollback.start));
    }),
  );
});

test('any part of what is kept reads as it was written, while more is written', () => {
  fc.assert(
    fc.property(chunks, fc.nat(), fc.nat(), (writes, a, b) => {
      const scrollback = new Scrollback(50);
      let all = Buffer.alloc(0);
      for (const write of writes) {
        scrollback.append(write);
        all = Buffer.concat([all, write]);
        const kept = scrollback.end - scrollback.start + 1;
        const [from, to] = [scrollback.start + (a % kept), scrollback.start + (b % kept)].sort((x, y) => x - y);
        expect(scrollback.read(from ?? 0, to ?? 0)).toEqual(all.subarray(from, to));
      }
    }),
  );
});

test('growing to the real capacity loses nothing on the way', () => {
  const scrollback = new Scrollback();
  const writes = Array.from({ length: 900 }, (_, i) => Buffer.alloc(i * 7, i % 251));
  for (const write of writes) scrollback.append(write);
  const all = Buffer.concat(writes);
  expect(scrollback.read(scrollback.start, scrollback.end).equals(all.subarray(scrollback.start))).toBe(true);
});

test('bytes that are no longer kept are refused, not invented', () => {
  const scrollback = new Scrollback(10);
  scrollback.append(Buffer.alloc(25, 1));
  expect(() => scrollback.read(14, 20)).toThrow(RangeError);
  expect(() => scrollback.read(20, 26)).toThrow(RangeError);
});

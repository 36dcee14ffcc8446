import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HolderReader, inputFrame } from '#server/sandboxes/holder/holder-frames.ts';
import { KeyQueue, MOST_WAITING_BYTES } from '#server/sandboxes/holder/key-queue.ts';

const ID = Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
const number = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};
function frame(type: string, ...payload: Buffer[]): Buffer {
  const body = Buffer.concat(payload);
  const head = Buffer.from(`${type}0000`);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

function heardOf(pieces: readonly Buffer[]): string[] {
  const heard: string[] = [];
  const reader = new HolderReader({
    output: (bytes) => heard.push(...bytes.toString('latin1')),
    word: (word) => heard.push(JSON.stringify({ ...word, ...('id' in word && { id: word.id.toString('hex') }) })),
  });
  for (const piece of pieces) reader.push(piece);
  return heard;
}

test('what a holder says is heard, however its bytes are cut', () => {
  const said = Buffer.concat([
    frame('W', ID, number(5), number(7)),
    frame('O', Buffer.from('abc')),
    frame('T', number(9)),
    frame('O'),
    frame('P'),
    frame('X', Buffer.of(3, 0)),
  ]);
  const whole = heardOf([said]);
  expect(whole).toEqual([
    JSON.stringify({ type: 'welcome', id: ID.toString('hex'), start: 5, received: 7 }),
    ...'abc',
    '{"type":"taken","offset":9}',
    '{"type":"here"}',
    '{"type":"exit","code":3,"signal":0}',
  ]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: said.length })), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), said.length];
      expect(heardOf(places.slice(1).map((end, index) => said.subarray(places[index], end)))).toEqual(whole);
    }),
  );
});

test.each([
  ['an unknown word', frame('Z')],
  ['a long word', frame('T', Buffer.alloc(65))],
  ['a word that is too short', frame('T', Buffer.alloc(3))],
  ['endless output', frame('O').fill(0xff, 1)],
  ['an offset beyond all numbers', frame('T', Buffer.alloc(8, 0xff))],
  ['an id that is none', frame('W', Buffer.alloc(16), number(0), number(0))],
])('%s is refused', (_what, said) => {
  expect(() => heardOf([said])).toThrow(RangeError);
});

test('whatever a hostile holder says is heard or refused, and nothing is kept of it beyond a frame', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (pieces) => {
      try {
        heardOf(pieces.map((piece) => Buffer.from(piece)));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

/** A holder's side of the keys, over lines that break. */
class Keyboard {
  typed = Buffer.alloc(0);
  send(one: Buffer): void {
    const from = Number(one.readBigUInt64BE(5));
    const keys = one.subarray(13);
    expect(from).toBeLessThanOrEqual(this.typed.length);
    this.typed = Buffer.concat([this.typed, keys.subarray(this.typed.length - from)]);
  }
}

test('keys arrive once and in order, through lines that lose what was on them', () => {
  const act = fc.oneof(
    fc.record({ do: fc.constant('type' as const), keys: fc.uint8Array({ minLength: 1, maxLength: 40_000 }) }),
    fc.record({ do: fc.constant('taken' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ do: fc.constantFrom('lost' as const, 'sent' as const) }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const queue = new KeyQueue(0);
      const holder = new Keyboard();
      let all = Buffer.alloc(0);
      for (const one of acts) {
        if (one.do === 'type' && queue.add(one.keys)) all = Buffer.concat([all, one.keys]);
        else if (one.do === 'taken') queue.taken(Math.floor(holder.typed.length * one.part));
        else if (one.do === 'lost') {
          queue.sendTo({ send: () => undefined });
          queue.heardUpTo(holder.typed.length);
        } else queue.sendTo(holder);
      }
      for (let before = -1; before < holder.typed.length; ) {
        before = holder.typed.length;
        queue.taken(before);
        queue.sendTo(holder);
      }
      expect(holder.typed.equals(all)).toBe(true);
    }),
  );
});

test('a program that reads no keys holds a window of them, and what is far beyond is dropped whole', () => {
  const queue = new KeyQueue(0);
  const sent: number[] = [];
  const block = Buffer.alloc(100_000);
  const taken = Array.from({ length: 12 }, () => queue.add(block));
  expect(taken).toEqual([...Array(10).fill(true), false, false]);
  expect(MOST_WAITING_BYTES).toBeGreaterThan(10 * block.length);
  queue.sendTo({ send: (one) => sent.push(one.length - inputFrame(0, Buffer.of()).length) });
  expect(sent.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(64 * 1024);
});

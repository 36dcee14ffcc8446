import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FlowGate, FlowWindow } from '#server/terminals/flow-control.ts';

test('a page never has more than one window of bytes that it has not drawn', () => {
  const steps = fc.array(fc.record({ send: fc.nat(200), draw: fc.nat(200) }), { maxLength: 100 });
  fc.assert(
    fc.property(steps, (moves) => {
      const window = new FlowWindow(1000, 100);
      for (const { send, draw } of moves) {
        window.advance(Math.min(send, window.room));
        expect(window.sent - window.drawn).toBeLessThanOrEqual(100);
        expect(window.acknowledge(Math.min(window.sent, window.drawn + draw))).toBe(true);
      }
    }),
  );
});

test('drawing what was never sent is refused and changes nothing', () => {
  const window = new FlowWindow(10, 100);
  window.advance(5);
  expect(window.acknowledge(16)).toBe(false);
  expect(window.drawn).toBe(10);
});

test('a late acknowledgement does not take drawn bytes back', () => {
  const window = new FlowWindow(0, 100);
  window.advance(50);
  window.acknowledge(40);
  window.acknowledge(20);
  expect(window.drawn).toBe(40);
});

test('the shell is paused at a full window and resumed below half of one, and told each only once', () => {
  const gate = new FlowGate(100);
  expect([99, 100, 150, 50, 49, 20, 99, 100].map((lag) => gate.update(lag))).toEqual([
    null,
    'pause',
    null,
    null,
    'resume',
    null,
    null,
    'pause',
  ]);
});

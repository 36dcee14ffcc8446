import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CastMark, markLabel, parseCast, readMark, shortenPauses } from '#server/shared/asciicast.ts';
import { CastEncoder } from '#server/terminals/recording/cast-encoder.ts';

const START = Date.UTC(2030, 0, 1);
const SIZE = { cols: 80, rows: 24 };
const printed = (cast: ReturnType<typeof parseCast>) =>
  cast?.events.map(([, code, data]) => (code === 'o' ? data : '')).join('');

describe('what the encoder writes', () => {
  test('begins with the header of an asciicast v2', () => {
    const header = JSON.parse(new CastEncoder(START).header(SIZE));
    expect(header).toEqual({ version: 2, width: 80, height: 24, timestamp: START / 1000 });
  });

  test('is read back with its times, sizes and marks', () => {
    const encoder = new CastEncoder(START);
    const text = [
      encoder.header(SIZE),
      encoder.output(START + 250, 'hello\r\n'),
      encoder.resize(START + 500, { cols: 100, rows: 30 }),
      encoder.mark(START + 1250, { kind: 'passed', stepKey: 'docker/first' }),
    ].join('');
    expect(parseCast(text)).toEqual({
      ...SIZE,
      events: [
        [0.25, 'o', 'hello\r\n'],
        [0.5, 'r', '100x30'],
      ],
      marks: [{ seconds: 1.25, mark: { kind: 'passed', stepKey: 'docker/first' } }],
      seconds: 1.25,
    });
  });

  test('never goes back in time, though the clock is set back', () => {
    const encoder = new CastEncoder(START);
    const text = encoder.header(SIZE) + encoder.output(START + 5000, 'a') + encoder.output(START + 1000, 'b');
    expect(parseCast(text)?.events.map(([at]) => at)).toEqual([5, 5]);
  });

  test('holds every character whole, wherever the bytes were cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat({ max: 7 }), { minLength: 1 }), (text, cuts) => {
        const encoder = new CastEncoder(START);
        const bytes = Buffer.from(text);
        let lines = encoder.header(SIZE);
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const length = 1 + (cuts[turn % cuts.length] ?? 0);
          lines += encoder.output(START, encoder.decode(bytes.subarray(at, at + length)));
          at += length;
        }
        expect(printed(parseCast(lines + encoder.output(START, encoder.rest())))).toBe(text.toWellFormed());
      }),
    );
  });

  test('replaces bytes that are no text, and keeps what stands around them', () => {
    const encoder = new CastEncoder(START);
    const text = encoder.decode(Buffer.from([0x61, 0xff, 0x62])) + encoder.decode(Buffer.from([0xe2, 0x82]));
    expect(text + encoder.rest()).toBe('a\ufffdb\ufffd');
  });
});

describe('a mark', () => {
  const marks: CastMark[] = [
    { kind: 'began', stepKey: 'docker/first' },
    { kind: 'passed', stepKey: 'docker/first' },
    { kind: 'failed', stepKey: 'docker/first' },
    { kind: 'command', command: 'docker run -it alpine' },
    { kind: 'gap' },
    { kind: 'cut' },
  ];
  test.each(marks)('$kind is read back from its label', (mark) => {
    expect(readMark(markLabel(mark))).toEqual(mark);
  });

  test('carries no control and no direction character of a student’s command', () => {
    const command = 'echo \u001b[31mred\u0007 \u202eright\u2066 \n next';
    expect(markLabel({ kind: 'command', command })).toBe('$ echo [31mred right next');
  });

  test('is short, however long the command was', () => {
    const label = markLabel({ kind: 'command', command: '😀'.repeat(5000) });
    expect([...label].length).toBeLessThanOrEqual(122);
    expect(label.isWellFormed()).toBe(true);
  });

  test('of another program is none of ours', () => {
    expect(readMark('chapter two')).toBeNull();
  });
});

describe('reading', () => {
  const header = '{"version":2,"width":80,"height":24}\n';

  test('passes over half a line and all that is no event', () => {
    const lines = ['[1,"o","a"]', 'nonsense', '[2,"i","typed"]', '["x","o","b"]', '[3,"r","wide"]', '[4,"o","c"'];
    expect(parseCast(header + lines.join('\n'))?.events).toEqual([[1, 'o', 'a']]);
  });

  test('gives nothing where there is no header', () => {
    for (const text of ['', 'x', '{"version":2}', '{"width":0,"height":24}', '[1,"o","a"]'])
      expect(parseCast(text)).toBeNull();
  });
});

test('a long pause is shortened, and marks stay where they were among the output', () => {
  const text = [
    '{"version":2,"width":80,"height":24}',
    '[1,"o","a"]',
    '[3601,"m","began docker/first"]',
    '[3601.5,"o","b"]',
  ].join('\n');
  const cast = parseCast(text);
  if (!cast) throw new Error('no cast');
  expect(shortenPauses(cast, 2)).toMatchObject({
    events: [
      [1, 'o', 'a'],
      [3.5, 'o', 'b'],
    ],
    marks: [{ seconds: 3 }],
    seconds: 3.5,
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_SEQUENCE_BYTES, ShellIntegrationParser, type ShellMark } from '#server/terminals/shell-integration.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');
const marksOf = (...reads: (string | Uint8Array)[]): ShellMark[] => {
  const parser = new ShellIntegrationParser();
  return reads.flatMap((read) => parser.parse(typeof read === 'string' ? bytes(read) : read));
};

const SESSION =
  '\x1b]633;P;Cwd=/home/élève\x07\x1b]133;A\x07\x1b[1mada$\x1b[0m \x1b]133;B\x07ls; echo \\é\r\n' +
  '\x1b]633;E;ls\\x3b echo \\\\é\x07\x1b]133;C\x1b\\a  b\r\n\x1b]133;D;2\x1b\\\x1b]133;A\x07$ ';

const EXPECTED: ShellMark[] = [
  { kind: 'cwd', path: '/home/élève' },
  { kind: 'prompt' },
  { kind: 'command_line', text: 'ls; echo \\é' },
  { kind: 'command_start' },
  { kind: 'command_end', exitCode: 2 },
  { kind: 'prompt' },
];

test('prompts, command lines and exit codes are read from a session', () => {
  expect(marksOf(SESSION)).toEqual(EXPECTED);
});

test('a cut at any byte changes nothing', () => {
  const whole = bytes(SESSION);
  for (let cut = 0; cut <= whole.length; cut += 1) {
    expect(marksOf(whole.subarray(0, cut), whole.subarray(cut))).toEqual(EXPECTED);
  }
  expect(marksOf(...Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(EXPECTED);
});

test('the result depends on the bytes alone, not on how hostile bytes were cut', () => {
  const alphabet = fc.constantFrom(
    '\x1b',
    ']',
    '[',
    '133;',
    '633;E;',
    'C',
    'D;',
    '\x07',
    '\\',
    '\x18',
    'x',
    ';',
    '7;file://h/',
  );
  const hostile = fc.array(alphabet, { maxLength: 60 }).map((parts) => bytes(parts.join('')));
  fc.assert(
    fc.property(hostile, fc.nat(), (input, at) => {
      const cut = input.length === 0 ? 0 : at % input.length;
      expect(marksOf(input.subarray(0, cut), input.subarray(cut))).toEqual(marksOf(input));
    }),
  );
});

test('a sequence that never ends or is too long is passed over, and the next one is read', () => {
  const endless = `\x1b]633;E;${'x'.repeat(MAX_SEQUENCE_BYTES * 3)}`;
  expect(marksOf(endless, '\x07\x1b]133;C\x07')).toEqual([{ kind: 'command_start' }]);
  expect(marksOf(endless, '\x1b]133;C\x07')).toEqual([{ kind: 'command_start' }]);
  expect(marksOf('\x1b]633;E;half\x18\x07')).toEqual([]);
});

test('forged marks in one read are bounded', () => {
  expect(marksOf('\x1b]133;C\x07'.repeat(10_000)).length).toBeLessThanOrEqual(256);
});

test('nonsense after a known code is no mark', () => {
  expect(marksOf('\x1b]133;Z\x07\x1b]133\x07\x1b]7;http://x/\x07\x1b]7;file://h/%zz\x07\x1b]0;title\x07')).toEqual([]);
  expect(marksOf('\x1b]133;D;-1\x07\x1b]133;D;9999\x07')).toEqual([
    { kind: 'command_end', exitCode: null },
    { kind: 'command_end', exitCode: null },
  ]);
});

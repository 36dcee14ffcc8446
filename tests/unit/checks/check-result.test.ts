import { expect, test } from 'vitest';
import { checkResult, complaintOf, plain } from '#server/checks/check-result.ts';
import type { ExecResult } from '#server/sandboxes/driver.ts';

const ran = (over: Partial<ExecResult>): ExecResult => ({
  exitCode: 0,
  timedOut: false,
  truncated: false,
  stdout: '',
  stderr: '',
  ...over,
});

test('what a check says is its message, what it saw and what it wanted', () => {
  const stdout = 'noise\nmessage: No container named web runs yet.\nseen: none\nwanted: web, running\n';
  expect(checkResult(ran({ exitCode: 1, stdout }), 1000)).toEqual({
    outcome: 'failed',
    message: 'No container named web runs yet.',
    seen: 'none',
    wanted: 'web, running',
    parts: [],
    hint: '',
  });
  expect(checkResult(ran({ stdout: 'message: Good.' }), 1000).outcome).toBe('passed');
});

test('text of the sandbox that a check quotes cannot replace what the check said', () => {
  const stdout = 'message: Not yet.\nseen: a file\nmessage: All passed!\nwanted: two\nwanted: nothing';
  expect(checkResult(ran({ exitCode: 1, stdout }), 1000)).toMatchObject({ message: 'Not yet.', wanted: 'two' });
});

test('every other ending is a fault that says why, and keeps what the check complained about from the student', () => {
  const fault = (over: Partial<ExecResult>) => checkResult(ran(over), 10_000);
  expect(fault({ exitCode: null, timedOut: true }).message).toBe(
    'The check took longer than 10 seconds and was stopped.',
  );
  const broken = { stdout: 'seen: secret\n', stderr: 'x\nbash: line 3: /root/answer: not found\n' };
  expect(fault({ ...broken, exitCode: 127 })).toEqual({
    outcome: 'fault',
    message: 'The check itself did not work: exit code 127.',
    seen: '',
    wanted: '',
    parts: [],
    hint: '',
  });
  expect(fault({ ...broken, exitCode: null })).toMatchObject({ outcome: 'fault', seen: '', wanted: '' });
  expect(complaintOf(ran(broken))).toBe('x bash: line 3: /root/answer: not found');
});

test('colours, controls, links and reversed text do not reach the page', () => {
  const hostile =
    '\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07 \x00\x08\x9b31m a\u202egnp.exe\u2066 \u2028x\tend\r';
  const shown = plain(hostile, 300);
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(shown).toContain('red link');
  expect(shown.endsWith('x end')).toBe(true);
});

test('a long text is cut between characters', () => {
  expect(plain('👍'.repeat(500), 10)).toBe(`${'👍'.repeat(9)}…`);
});

import { expect, test } from 'vitest';
import type { CheckedStep } from '#server/checks/check-target.ts';
import { studentValues } from '#server/courses/student-values.ts';
import { AppError } from '#server/errors.ts';
import type { ExecResult } from '#server/sandboxes/driver.ts';
import { CheckBench, fileStep } from '../../support/check-bench.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const STEPS = [fileStep('a/1', 'one'), fileStep('a/2', 'two'), fileStep('a/3', 'three')];
const scripted = (stepKey: string, script: string, timeoutMs = 5000): CheckedStep => ({
  stepKey,
  needs: [],
  values: {},
  check: { script, timeoutMs },
});
const command = (line: string, endedAt = new Date()) => ({
  command: line,
  exitCode: 0,
  cwd: '/',
  startedAt: endedAt,
  endedAt,
});
const done: ExecResult = { exitCode: 0, timedOut: false, truncated: false, stdout: '', stderr: '' };

test('a command that does not do it is recorded with what was seen, and one that does turns the step green', async () => {
  await using bench = new CheckBench(STEPS);
  await bench.request('command');
  expect(bench.recorded[0]).toMatchObject({
    stepKey: 'a/1',
    trigger: 'command',
    contentVersion: 'v1',
    result: { outcome: 'failed', message: 'no one yet' },
  });
  bench.touch('one');
  await bench.request('command');
  expect(bench.outcomes).toEqual(['a/1 failed', 'a/1 passed']);
  expect(bench.published.filter((event) => event.type === 'step').map((event) => event.step.outcome)).toEqual([
    'failed',
    'passed',
  ]);
});

test('steps done in one go pass in one go, and the one that is not done yet is no try', async () => {
  await using bench = new CheckBench(STEPS);
  bench.touch('one');
  bench.touch('two');
  await bench.request('command');
  expect(bench.outcomes).toEqual(['a/1 passed', 'a/2 passed']);
  expect(bench.published).not.toContainEqual({ type: 'checking', stepKey: 'a/3', running: true });
});

test('what passed is not looked at again by itself, but when asked', async () => {
  await using bench = new CheckBench(STEPS);
  for (const step of STEPS) bench.passed.set(step.stepKey, new Date());
  await bench.request('command');
  await bench.request('interval');
  expect(bench.recorded).toEqual([]);
  await bench.request('asked', 'a/1');
  expect(bench.outcomes).toEqual(['a/1 failed']);
});

test('the slow look and a step where the student is not record only a pass', async () => {
  await using bench = new CheckBench(STEPS);
  await bench.request('interval');
  bench.here = null;
  await bench.request('command');
  expect(bench.recorded).toEqual([]);
  bench.touch('one');
  await bench.request('interval');
  expect(bench.outcomes).toEqual(['a/1 passed']);
});

test('a page is told when a check begins and when it ends, whatever comes of it', async () => {
  await using bench = new CheckBench([scripted('a/1', 'exit 5')]);
  await bench.request('asked', 'a/1');
  expect(bench.published.filter((event) => event.type === 'checking')).toEqual([
    { type: 'checking', stepKey: 'a/1', running: true },
    { type: 'checking', stepKey: 'a/1', running: false },
  ]);
  expect(bench.outcomes).toEqual(['a/1 fault']);
});

test('a check that hangs is a fault after its time', async () => {
  await using bench = new CheckBench([scripted('a/1', 'exec sleep 60', 300)]);
  await bench.request('asked');
  expect(bench.recorded[0]?.result).toMatchObject({
    outcome: 'fault',
    message: expect.stringContaining('0.3 seconds'),
  });
});

test('a sandbox that does not end a check in time is not waited for', async () => {
  const clock = new ManualClock();
  await using bench = new CheckBench(STEPS, { clock });
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  bench.exec = () => new Promise(() => start());
  const asked = bench.request('asked');
  await started;
  clock.advance(60_000);
  await asked;
  expect(bench.outcomes).toEqual(['a/1 fault']);
});

test('a driver that breaks is a fault, and the next request runs', async () => {
  await using bench = new CheckBench(STEPS);
  const real = bench.exec;
  bench.exec = () => Promise.reject(new Error('engine hiccup'));
  await bench.request('asked');
  bench.exec = real;
  await bench.request('asked');
  expect(bench.outcomes).toEqual(['a/1 fault', 'a/1 failed']);
});

test('requests that come while a check runs become one', async () => {
  await using bench = new CheckBench(STEPS);
  let runs = 0;
  const { promise: first, resolve: finish } = Promise.withResolvers<void>();
  bench.exec = async () => {
    runs += 1;
    if (runs === 1) await first;
    return { ...done, exitCode: 1 };
  };
  const early = bench.request('command');
  const many = Array.from({ length: 50 }, () => bench.request('command'));
  const asked = Array.from({ length: 50 }, () => bench.request('asked', 'a/2'));
  finish();
  await Promise.all([early, ...many, ...asked]);
  expect(runs).toBeLessThanOrEqual(3);
  expect(bench.outcomes).toContain('a/2 failed');
  expect(bench.mostConcurrent).toBe(1);
});

test('a class that asks together runs no more at once than the machine allows, and all get their answer', async () => {
  await using bench = new CheckBench(STEPS, { maxConcurrent: 3 });
  await Promise.all(Array.from({ length: 30 }, (_, i) => bench.request('asked', 'a/1', `student-${i}`)));
  expect(bench.mostConcurrent).toBe(3);
  expect(bench.recorded).toHaveLength(30);
});

test('a check sees the commands of its own step', async () => {
  const ran = (line: string) => `grep -q '"${line}"' "$CH_COMMANDS_FILE" || exit 1`;
  await using bench = new CheckBench([
    scripted('a/1', ran('ls')),
    scripted('a/2', ran('ls')),
    scripted('a/3', ran('pwd')),
  ]);
  bench.commands = [command('ls', new Date(Date.now() - 1000))];
  await bench.request('command');
  expect(bench.outcomes).toEqual(['a/1 passed']);
  bench.here = 'a/2';
  bench.commands.push(command('pwd', new Date(Date.now() + 1000)));
  await bench.request('command');
  expect(bench.outcomes.at(-1)).toBe('a/2 failed');
  bench.commands.push(command('ls', new Date(Date.now() + 2000)));
  await bench.request('command');
  expect(bench.outcomes).toContain('a/2 passed');
});

test('a check is told when its step began: when the step before was looked at and passed, in an earlier process too', async () => {
  const script = 'echo "message: $CH_SINCE"\nexit 1';
  await using bench = new CheckBench([fileStep('a/1', 'one'), fileStep('a/2', 'two'), scripted('a/3', script)]);
  const told = () => bench.recorded.at(-1)?.result.message;
  bench.here = 'a/3';
  await bench.request('command');
  expect(told()).toBe('1');
  bench.passed.set('a/2', new Date('2026-01-01T10:00:00.250Z')).set('a/1', new Date('2026-01-01T09:00:00Z'));
  await bench.request('command');
  expect(told()).toBe('1767261600.250');
  bench.passed.delete('a/2');
  bench.touch('two');
  const before = Date.now();
  await bench.request('asked', 'a/2');
  const looked = bench.recorded.find(({ stepKey }) => stepKey === 'a/2')?.at.getTime() ?? 0;
  expect(looked).toBeGreaterThanOrEqual(before);
  await bench.request('command');
  expect(told()).toBe((looked / 1000).toFixed(3));
});

test('a check finds the values of the student whose sandbox it looks into', async () => {
  const values = { name: { kind: 'word', list: 'animals' } } as const;
  const script = '[ "$CH_VALUE_NAME" = "$(ls)" ] && exit 0\necho "message: $CH_VALUE_NAME"\nexit 1';
  await using bench = new CheckBench([{ ...scripted('a/1', script), values }]);
  const ada = studentValues(values, 'seed of ada').name ?? '';
  const bob = studentValues(values, 'seed of bob').name ?? '';
  expect(ada).not.toBe(bob);
  bench.touch(bob);
  await bench.request('command');
  expect(bench.recorded.at(-1)?.result.message).toBe(ada);
  await bench.request('command', null, 'bob');
  expect(bench.recorded.at(-1)?.result.outcome).toBe('passed');
});

test('who asks is told what stands in the way; what comes by itself is quiet', async () => {
  await using bench = new CheckBench([...STEPS, { stepKey: 'a/q', needs: [], values: {}, check: null }]);
  await expect(bench.request('asked', 'a/9')).rejects.toMatchObject({ code: 'step_unknown' });
  await expect(bench.request('asked', 'a/q')).rejects.toMatchObject({ code: 'step_unavailable' });
  bench.exec = () => Promise.reject(new AppError('sandbox_gone', 'ended'));
  await expect(bench.request('asked')).rejects.toMatchObject({ code: 'sandbox_gone' });
  await bench.request('command');
  bench.ready = false;
  await expect(bench.request('asked')).rejects.toMatchObject({ code: 'sandbox_starting' });
  await bench.request('command');
  expect(bench.recorded).toEqual([]);
});

test('a runner that stops ends its checks and takes no more', async () => {
  const bench = new CheckBench(STEPS);
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  bench.exec = ({ signal }) =>
    new Promise((_, reject) => {
      start();
      signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  const refused = expect(bench.request('asked')).rejects.toMatchObject({ code: 'shutting_down' });
  await started;
  await bench[Symbol.asyncDispose]();
  await refused;
  await expect(bench.request('asked')).rejects.toMatchObject({ code: 'shutting_down' });
  expect(bench.recorded).toEqual([]);
});

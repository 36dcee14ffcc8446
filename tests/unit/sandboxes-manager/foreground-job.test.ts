import { expect, test } from 'vitest';
import { hasForegroundJob } from '#server/sandboxes/foreground-job.ts';

/** As proc_pid_stat(5) has it: pid, name, state, parent, group, session, terminal, its foreground group. */
const line = (pid: number, name: string, ids: [parent: number, group: number, session: number, foreground: number]) => {
  const [parent, group, session, foreground] = ids;
  return `${pid} (${name}) S ${parent} ${group} ${session} 34816 ${foreground} 4194304 120 0 0 0`;
};
const HOLDER = line(40, 'hold', [1, 40, 40, -1]);
const bash = (foreground: number) => line(42, 'bash', [40, 42, 42, foreground]);

test('a shell at its prompt runs no job', () => {
  expect(hasForegroundJob([HOLDER, bash(42)].join('\n'))).toBe(false);
});

test('a program in front of the shell is a job', () => {
  expect(hasForegroundJob([HOLDER, bash(50), line(50, 'vim', [42, 50, 42, 50])].join('\n'))).toBe(true);
});

test('a program sent to the background is none', () => {
  expect(hasForegroundJob([HOLDER, bash(42), line(50, 'sleep', [42, 50, 42, 42])].join('\n'))).toBe(false);
});

test('a pipeline whose first program has ended still runs', () => {
  expect(hasForegroundJob([HOLDER, bash(50), line(51, 'less', [42, 50, 42, 50])].join('\n'))).toBe(true);
});

test('names are never taken for numbers', () => {
  const odd = line(50, 'a) S 1 1 1 1 (b', [42, 50, 42, 50]);
  expect(hasForegroundJob([HOLDER, bash(50), odd].join('\n'))).toBe(true);
});

test('terminals that are not ours, as of a container within, do not count', () => {
  const inner = [line(70, 'bash', [60, 70, 70, 80]), line(80, 'top', [70, 80, 70, 80])];
  expect(hasForegroundJob([HOLDER, bash(42), line(60, 'containerd-shim', [1, 60, 60, -1]), ...inner].join('\n'))).toBe(
    false,
  );
});

test('nothing read is nothing running', () => {
  expect(hasForegroundJob('')).toBe(false);
  expect(hasForegroundJob('cat: command not found\n')).toBe(false);
});

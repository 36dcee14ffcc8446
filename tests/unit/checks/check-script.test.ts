import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkExec } from '#server/checks/check-script.ts';

const call = { timeoutMs: 1000, language: 'en', commands: [], values: {}, since: null };
/** The real bash of this machine. */
const run = (request: Parameters<typeof checkExec>[0]) => {
  const { argv, stdin, env } = checkExec(request);
  const [file, ...args] = argv;
  return spawnSync(file, args, { input: stdin, env: { ...process.env, ...env }, encoding: 'utf8' });
};

test('a check runs as root of the sandbox with its limits and its language', () => {
  expect(checkExec({ ...call, script: 'true', timeoutMs: 7000, language: 'fr' })).toMatchObject({
    argv: ['bash', '-s'],
    user: 'root',
    timeoutMs: 7000,
    env: { CH_STUDENT: 'student', CH_LANG: 'fr', CH_SINCE: '1' },
  });
});

test('a student’s own values are in its environment', () => {
  const { stdout } = run({
    ...call,
    values: { port: '8123', my_word: 'otter' },
    script: 'echo $CH_VALUE_PORT $CH_VALUE_MY_WORD',
  });
  expect(stdout).toBe('8123 otter\n');
});

test('a program in the script that reads its input does not swallow the rest', () => {
  const ran = run({ ...call, script: 'cat\necho message: after\nexit 1' });
  expect([ran.stdout, ran.status]).toEqual(['message: after\n', 1]);
});

test.each([0, 1, 3])('exit code %i is kept', (code) => {
  expect(run({ ...call, script: `trap 'true' EXIT\nexit ${code}` }).status).toBe(code);
});

test('an empty or a broken script is no pass', () => {
  expect(run({ ...call, script: '# nothing' }).status).not.toBe(0);
  expect(run({ ...call, script: 'if then (' }).status).not.toBe(0);
});

test('whatever a student typed comes through as it was, and runs nothing', () => {
  const anything = fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 5 });
  const nasty = fc.constantFrom(
    'CHAPTERHOUSE_COMMANDS\nexit 0',
    '$(touch /tmp/x)',
    "'; exit 0; '",
    'a\n}\nb',
    '`id`\\',
  );
  fc.assert(
    fc.property(fc.oneof(anything, fc.array(nasty, { maxLength: 3 })), (typed) => {
      const commands = typed.map((command) => ({ command, exitCode: 0 }));
      const { stdout, status } = run({ ...call, commands, script: 'cat "$CH_COMMANDS_FILE"; exit 1' });
      const read = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      expect(read).toEqual(JSON.parse(JSON.stringify(commands)));
      expect(status).toBe(1);
    }),
    { numRuns: 40 },
  );
});

test('the file of commands is gone afterwards, and only the newest of very many are in it', () => {
  const commands = Array.from({ length: 200 }, (_, i) => ({ command: `${i}-${'x'.repeat(4000)}`, exitCode: 0 }));
  const ran = run({
    ...call,
    commands,
    script: 'tail -n1 "$CH_COMMANDS_FILE" | cut -c1-16; echo "$CH_COMMANDS_FILE"; wc -c <"$CH_COMMANDS_FILE"',
  });
  const [last, file, size] = ran.stdout.trim().split('\n');
  expect(last).toBe('{"command":"199-');
  expect(Number(size)).toBeLessThan(130_000);
  expect(spawnSync('test', ['-e', file ?? '/']).status).toBe(1);
});

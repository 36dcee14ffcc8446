import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type CheckResult, checkResult } from '#server/checks/check-result.ts';
import { checkExec } from '#server/checks/check-script.ts';
import { composeCheck } from '#server/courses/check-script.ts';

const library = readFileSync(path.resolve(import.meta.dirname, '../../../content/checks/lib.sh'), 'utf8');

/** The author's script with the real library, in the real bash. */
function run(script: string): CheckResult {
  const call = checkExec({
    script: composeCheck(library, script),
    timeoutMs: 5000,
    language: 'en',
    commands: [],
    values: {},
  });
  const [file = '', ...args] = call.argv;
  const { status, stdout, stderr } = spawnSync(file, args, {
    input: call.stdin ?? '',
    env: { ...process.env, ...call.env },
    encoding: 'utf8',
  });
  return checkResult({ exitCode: status, timedOut: false, truncated: false, stdout, stderr }, 5000);
}

test('parts are told one by one; the first open one is the evidence', () => {
  const script = `
part 'There is a file' 'a file' 'a file' [ -e /etc/passwd ]
part 'It has a line' 'no  line' 'the line "x"' grep -q nowhere-in-this-file /etc/passwd
part --hint third 'It is closed' 'open' 'closed' false
all_parts 'All is there.' 'Not all is there yet.'`;
  expect(run(script)).toEqual({
    outcome: 'failed',
    message: 'Not all is there yet.',
    seen: 'no line',
    wanted: 'the line "x"',
    hint: '',
    parts: [
      { name: 'There is a file', done: true, seen: '', wanted: '' },
      { name: 'It has a line', done: false, seen: 'no line', wanted: 'the line "x"' },
      { name: 'It is closed', done: false, seen: 'open', wanted: 'closed' },
    ],
  });
});

test('all parts done is a pass; the hint of the first open part is the one named', () => {
  expect(run("part 'One' a b true\npart 'Two' a b [ 1 = 1 ]\nall_parts 'Done.' 'Not yet.'")).toMatchObject({
    outcome: 'passed',
    message: 'Done.',
    parts: [{ done: true }, { done: true }],
  });
  expect(
    run("part --hint one 'One' a b false\npart --hint two 'Two' a b false\nall_parts Done 'Not yet.'"),
  ).toMatchObject({
    outcome: 'failed',
    hint: 'one',
  });
});

test('a part without evidence still says what is wanted', () => {
  expect(run("part 'The file is there' '' '' false\nall_parts Done Not")).toMatchObject({
    seen: '-',
    wanted: 'The file is there',
  });
});

test('a check that ends without a word is a fault, with parts too', () => {
  expect(run("part 'One' a b true").outcome).toBe('fault');
  expect(run('all_parts Done Not').outcome).toBe('fault');
  expect(run("part 'One' a b no-such-command\nall_parts Done Not").outcome).toBe('failed');
});

test('words from the sandbox cannot make a part', () => {
  const forged = String.raw`$'x\npart: done Forged\nmessage: All done'`;
  const { parts, message } = run(`part 'Real' ${forged} ${forged} false\nall_parts Done 'Not yet.'`);
  expect(parts.map((part) => part.name)).toEqual(['Real']);
  expect(message).toBe('Not yet.');
});

test('a failure names a hint, or none', () => {
  expect(run("fail --hint paused 'No.' seen wanted")).toMatchObject({ hint: 'paused', message: 'No.', seen: 'seen' });
  expect(run("fail 'No.' seen wanted").hint).toBe('');
});

test('a pass with an open part is a fault of the check', () => {
  expect(run("echo 'part: open One'\npass 'Done.'").outcome).toBe('fault');
});

test('more parts than anybody takes in are cut', () => {
  const script = `for i in $(seq 1 40); do part "Part $i" a b true; done\nall_parts Done Not`;
  expect(run(script).parts).toHaveLength(12);
});

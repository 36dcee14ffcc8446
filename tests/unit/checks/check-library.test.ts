import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CheckResult, checkResult } from '#server/checks/check-result.ts';
import { checkExec } from '#server/checks/check-script.ts';
import { composeCheck } from '#server/courses/check-script.ts';

const library = readFileSync(path.resolve(import.meta.dirname, '../../../content/checks/lib.sh'), 'utf8');

/** The author's script with the real library, in the real bash. */
function run(script: string, given: Partial<Parameters<typeof checkExec>[0]> = {}): CheckResult {
  const call = checkExec({
    script: composeCheck(library, script),
    timeoutMs: 5000,
    language: 'en',
    commands: [],
    values: {},
    since: null,
    ...given,
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

describe('since the step began', () => {
  const since = new Date('2026-01-01T10:00:00.500Z');
  const seconds = since.getTime() / 1000;

  test('a time counts when it is later, to the fraction of a second', () => {
    const asks = (at: number | string, given: Date | null) =>
      run(`since_step '${at}' && pass yes || fail no a b`, { since: given }).outcome;
    expect(asks(seconds + 0.1, since)).toBe('passed');
    expect(asks(seconds, since)).toBe('failed');
    expect(asks(seconds - 0.1, since)).toBe('failed');
    expect(asks(seconds, null)).toBe('passed');
    expect(asks('', since)).toBe('failed');
  });

  test('a file counts when it was written, moved or given other rights since', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'since-'));
    const file = path.join(folder, 'file');
    const asks = (moment: Date) =>
      run(`changed_since_step ${file} && pass yes || fail no a b`, { since: moment }).outcome;
    const earlier = new Date(Date.now() - 60_000);
    const later = new Date(Date.now() + 60_000);
    expect(asks(earlier)).toBe('failed');
    writeFileSync(file, 'x');
    utimesSync(file, 0, 0);
    expect(asks(earlier)).toBe('passed');
    expect(asks(later)).toBe('failed');
    rmSync(folder, { recursive: true });
  });

  test('Docker’s events are asked for from then on, or all of them', () => {
    const asked = 'docker() { echo "$3" >&2; printf "container|start|1|alpine:latest|web"; }\n';
    const seen = (call: string) => run(`${asked}fail No "$( (docker_events ${call}) 2>&1)" b`, { since }).seen;
    expect(seen('"$CH_SINCE"')).toBe(`${seconds.toFixed(3)} container|start|1|alpine|web`);
    expect(seen('')).toBe('1 container|start|1|alpine|web');
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseCast } from '#server/shared/asciicast.ts';
import { ShellRecording, type ShellRecordingOptions } from '#server/terminals/recording/shell-recording.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const SIZE = { cols: 80, rows: 24 };
let folder: string;
let clock: ManualClock;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'chapterhouse-cast-'));
  clock = new ManualClock();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => path.join(folder, 'one.cast');
const begin = (options: Partial<ShellRecordingOptions> = {}) =>
  new ShellRecording({
    path: file(),
    ready: Promise.resolve(),
    size: SIZE,
    now: () => clock.now().getTime(),
    ...options,
  });
const written = () => {
  const cast = parseCast(readFileSync(file(), 'utf8'));
  if (!cast) throw new Error('no recording');
  return cast;
};
const kinds = () => written().marks.map(({ mark }) => mark.kind);

test('what was flushed is in the file and can be read, though it never ended', async () => {
  const recording = begin();
  recording.output(Buffer.from('hello'));
  clock.advance(1000);
  recording.mark({ kind: 'began', stepKey: 'docker/first' });
  await recording.flush();
  expect(written()).toMatchObject({ ...SIZE, events: [[0, 'o', 'hello']], marks: [{ seconds: 1 }] });
  await recording.end();
});

test('a character that two reads share is one character', async () => {
  const recording = begin();
  const euro = Buffer.from('€');
  recording.output(euro.subarray(0, 1));
  clock.advance(5000);
  recording.output(euro.subarray(1));
  await recording.end();
  expect(written().events.map(([, , data]) => data)).toEqual(['€']);
});

test('what is printed within one picture of the screen is one event', async () => {
  const recording = begin();
  for (const text of ['a', 'b', 'c']) recording.output(Buffer.from(text));
  clock.advance(100);
  recording.output(Buffer.from('d'));
  await recording.end();
  expect(written().events).toEqual([
    [0, 'o', 'abc'],
    [0.1, 'o', 'd'],
  ]);
});

test('a flood is cut at the bound and says so, and marks still come after it', async () => {
  const recording = begin({ maxBytes: 64 * 1024, queueBytes: 1024 * 1024 });
  for (let turn = 0; turn < 40; turn += 1) {
    clock.advance(20);
    recording.output(Buffer.alloc(8 * 1024, 'x'));
  }
  recording.mark({ kind: 'passed', stepKey: 'docker/first' });
  await recording.end();
  expect(recording.isCut).toBe(true);
  expect(kinds()).toEqual(['cut', 'passed']);
  expect(readFileSync(file()).length).toBeLessThanOrEqual(64 * 1024);
});

test('a loop of commands does not fill the list, and steps are marked all the same', async () => {
  const recording = begin();
  for (let turn = 0; turn < 3000; turn += 1) recording.mark({ kind: 'command', command: 'true' });
  recording.mark({ kind: 'passed', stepKey: 'docker/first' });
  await recording.end();
  expect(kinds().filter((kind) => kind === 'command').length).toBe(1000);
  expect(kinds().at(-1)).toBe('passed');
});

test('a disk that takes nothing costs output and no waiting, and the gap is marked when it takes again', async () => {
  let release = () => {};
  const ready = new Promise<void>((resolve) => {
    release = resolve;
  });
  const recording = begin({ ready, queueBytes: 32 * 1024 });
  for (let turn = 0; turn < 10; turn += 1) {
    clock.advance(20);
    recording.output(Buffer.alloc(8 * 1024, 'x'));
  }
  release();
  await recording.flush();
  clock.advance(1000);
  recording.output(Buffer.from('after'));
  await recording.end();
  expect(kinds()).toEqual(['gap']);
  expect(written().events.at(-1)?.[2]).toBe('after');
});

test('nothing is written where no row could be had', async () => {
  const recording = begin({ ready: Promise.reject(new Error('no row')) });
  recording.output(Buffer.from('hello'));
  await recording.end();
  expect(recording.failed).toBe(true);
  expect(() => readFileSync(file())).toThrow('ENOENT');
});

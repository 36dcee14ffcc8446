import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StdioDemux } from '#server/sandboxes/drivers/docker/stdio-demux.ts';
import { CappedOutput } from '#server/sandboxes/drivers/parts/capped-output.ts';
import { EndSignal } from '#server/sandboxes/drivers/parts/end-signal.ts';
import { getFilesByTar } from '#server/sandboxes/drivers/parts/exec-files.ts';
import { ShellEvents } from '#server/sandboxes/drivers/parts/shell-events.ts';
import { packTar, unpackTar } from '#server/sandboxes/drivers/parts/tar-archive.ts';

const cut = (bytes: Buffer, sizes: number[]): Buffer[] => {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...pieces, bytes.subarray(at)];
};
const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });

test('output and errors are told apart, however the stream is cut', () => {
  const frame = ({ kind, text }: { kind: number; text: string }) => {
    const body = Buffer.from(text);
    const header = Buffer.alloc(8);
    header.writeUInt8(kind, 0);
    header.writeUInt32BE(body.length, 4);
    return Buffer.concat([header, body]);
  };
  const frames = fc.array(fc.record({ kind: fc.constantFrom(1, 2), text: fc.string() }));
  fc.assert(
    fc.property(frames, sizes, (sent, how) => {
      const heard = { 1: '', 2: '' };
      const demux = new StdioDemux({
        stdout: (data) => (heard[1] += Buffer.from(data).toString('latin1')),
        stderr: (data) => (heard[2] += Buffer.from(data).toString('latin1')),
      });
      for (const piece of cut(Buffer.concat(sent.map(frame)), how)) demux.push(piece);
      for (const kind of [1, 2] as const) {
        const wanted = sent.filter((one) => one.kind === kind).map(({ text }) => text);
        expect(Buffer.from(heard[kind], 'latin1').toString()).toBe(wanted.join(''));
      }
    }),
  );
});

test('output above the cap is dropped and said to be', () => {
  const output = new CappedOutput(5);
  output.add(Buffer.from('abc'));
  expect([output.text(), output.truncated]).toEqual(['abc', false]);
  output.add(Buffer.from('def'));
  output.add(Buffer.from('ghi'));
  expect([output.text(), output.truncated]).toEqual(['abcde', true]);
});

const long = `${'deep/'.repeat(30)}grüße.txt`;
const files = [
  { path: 'a.txt', content: Uint8Array.from(Buffer.from('hello')), mode: 0o640 },
  { path: long, content: new Uint8Array(1024).fill(7), mode: 0o755 },
  { path: 'empty', content: new Uint8Array(), mode: 0o600 },
];

test('an archive is read back as it was written', () => {
  expect(unpackTar(packTar(files))).toEqual(files);
});

test('GNU tar and we read each other’s archives', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chapterhouse-tar-'));
  const flags = ['--no-same-owner', '--preserve-permissions', '-C', folder];
  execFileSync('tar', ['-x', ...flags], { input: packTar(files) });
  for (const { path, content, mode } of files) {
    expect(readFileSync(join(folder, path)).equals(content)).toBe(true);
    expect(statSync(join(folder, path)).mode & 0o777).toBe(mode);
  }
  const back = unpackTar(execFileSync('tar', ['-c', '-C', folder, ...files.map(({ path }) => path)]));
  rmSync(folder, { recursive: true });
  expect(back).toEqual(files);
});

test('a cut archive is refused', () => {
  expect(() => unpackTar(packTar(files.slice(0, 1)).subarray(0, 515))).toThrow(
    expect.objectContaining({ code: 'sandbox_failed' }),
  );
});

test('an end is told once, to the late too; one that we made is told to nobody', () => {
  const told: string[] = [];
  const signal = new EndSignal();
  signal.onEnd((reason) => told.push(`early ${reason}`));
  signal.fire('memory');
  signal.fire('fault');
  signal.onEnd((reason) => told.push(`late ${reason}`));
  expect(told).toEqual(['early memory', 'late memory']);
  const ours = new EndSignal();
  ours.onEnd(() => told.push('never'));
  ours.close();
  ours.fire('fault');
  ours.onEnd(() => told.push('never'));
  expect(told).toHaveLength(2);
  expect(ours.over).toBe(true);
});

test('output that comes before anybody listens is kept for the first listener', () => {
  const events = new ShellEvents();
  events.emit(Buffer.from('early '));
  let heard = '';
  events.onOutput((data) => {
    heard += Buffer.from(data).toString();
  });
  events.emit(Buffer.from('late'));
  expect(heard).toBe('early late');
  events.exit({ exitCode: 3, signal: null });
  events.exit({ exitCode: 4, signal: null });
  const exits: (number | null)[] = [];
  events.onExit(({ exitCode }) => exits.push(exitCode));
  expect(exits).toEqual([3]);
});

test('an archive that a hostile tar wrote is refused at once', () => {
  const archive = packTar(files.slice(0, 1));
  for (const size of ['-1000\0', '\x80\0\0\0\0\0\0\0\x01', '12x']) {
    const hostile = Buffer.from(archive);
    hostile.fill(0, 124, 136).write(size, 124, 'latin1');
    expect(() => unpackTar(hostile)).toThrow(expect.objectContaining({ code: 'sandbox_failed' }));
  }
});

test('files that were not asked for are no answer', async () => {
  const answered = ['/home/student/a', '/home/student/dir/b', '/etc/passwd', '/home/student/dir/../../../etc/shadow'];
  const stdout = packTar(answered.map((path) => ({ path, content: new Uint8Array(), mode: 0o644 })));
  const exec = async () => ({ exitCode: 0, timedOut: false, truncated: false, stdout, stderr: Buffer.of() });
  const got = await getFilesByTar(exec, ['/home/student/a', '/home/student/dir']);
  expect(got.map(({ path }) => path)).toEqual(['/home/student/a', '/home/student/dir/b']);
});

test('output far above the cap is called a flood', () => {
  const output = new CappedOutput(5);
  const mebibyte = new Uint8Array(1024 ** 2);
  for (let i = 0; i < 16; i++) output.add(mebibyte);
  expect(output.isFlood).toBe(false);
  output.add(mebibyte);
  expect([output.isFlood, output.bytes().length]).toEqual([true, 5]);
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Spool } from '#server/terminals/spool/spool.ts';
import { SpoolStore } from '#server/terminals/spool/spool-store.ts';

const BYTES = 600;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'spool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SHELL = { id: '6f1b1a52-0f3c-4c8e-9a55-0a3f5d1f2b11', start: 0 };

const filesOf = () => readdirSync(folder).map((name) => path.join(folder, name));
const place = () => path.join(folder, 'shell-1');

/** What a process writes that is killed: nothing is closed. */
function written(writes: readonly Uint8Array[], spool = new Spool(place(), BYTES, SHELL), from = 0): Buffer {
  let offset = from;
  for (const write of writes) {
    spool.append(offset, [write.subarray(0, write.length / 2), write.subarray(write.length / 2)]);
    offset += write.length;
  }
  return Buffer.concat(writes);
}

const clean = () => {
  for (const file of filesOf()) rmSync(file);
};
const writes = fc.array(fc.uint8Array({ minLength: 1, maxLength: 120 }), { minLength: 1, maxLength: 60 });

test('the next process finds the newest bytes at their offsets, through any number of restarts', () => {
  fc.assert(
    fc.property(fc.array(writes, { minLength: 1, maxLength: 4 }), (lives) => {
      clean();
      let all = Buffer.alloc(0);
      for (const life of lives) {
        const spool = new Spool(place(), BYTES, SHELL);
        const kept = spool.takeKept();
        expect((kept?.start ?? 0) + (kept?.bytes.length ?? 0)).toBe(all.length);
        if (kept) expect(kept.bytes).toEqual(all.subarray(kept.start));
        all = Buffer.concat([all, written(life, spool, all.length)]);
      }
    }),
  );
});

test('it holds no less than asked for, and stays bounded on disk', () => {
  const all = written(Array.from({ length: 500 }, (_, i) => Buffer.alloc(50, i)));
  const onDisk = filesOf().reduce((sum, file) => sum + statSync(file).size, 0);
  expect(onDisk).toBeLessThan(3 * BYTES);
  const large = new Spool(path.join(folder, 'large'), 100_000, SHELL);
  for (let i = 0; i < 40; i += 1) large.append(i * 32_768, [Buffer.alloc(32_768, i)]);
  expect(new Spool(path.join(folder, 'large'), 100_000, SHELL).takeKept()?.bytes.length).toBeGreaterThanOrEqual(
    100_000,
  );
  expect(new Spool(place(), BYTES, SHELL).takeKept()?.bytes.length).toBeGreaterThan(BYTES / 2);
  expect(all.length).toBe(25_000);
});

test('a file that was cut or damaged anywhere costs scrollback only: what is kept is true', () => {
  const damage = fc.record({
    file: fc.nat(1),
    at: fc.nat(),
    cut: fc.boolean(),
    byte: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(writes, damage, (life, { file, at, cut, byte }) => {
      clean();
      const all = written(life);
      const files = filesOf();
      const target = files[file % files.length] ?? '';
      const content = readFileSync(target);
      const spot = at % content.length;
      content[spot] = (content[spot] ?? 0) ^ byte;
      if (cut) truncateSync(target, spot);
      else writeFileSync(target, content);
      const spool = new Spool(place(), BYTES, SHELL);
      const kept = spool.takeKept();
      const end = (kept?.start ?? 0) + (kept?.bytes.length ?? 0);
      expect(end).toBeLessThanOrEqual(all.length);
      if (kept) expect(kept.bytes).toEqual(all.subarray(kept.start, end));
      const more = written([Buffer.from('more')], spool, end);
      expect(new Spool(place(), BYTES, SHELL).takeKept()?.bytes.subarray(-4)).toEqual(more);
    }),
  );
});

test('bytes that were never handed over are not bridged', () => {
  const spool = new Spool(place(), BYTES, SHELL);
  spool.append(0, [Buffer.from('early')]);
  spool.append(900, [Buffer.from('late')]);
  expect(new Spool(place(), BYTES, SHELL).takeKept()).toEqual({ start: 900, bytes: Buffer.from('late') });
});

test('output of another shell, or with a hole before what is to come, is no beginning', () => {
  written([Buffer.from('printed')]);
  const told = { ...SHELL, start: 7 };
  expect(new Spool(place(), BYTES, told).takeKept()?.bytes.toString()).toBe('printed');
  expect(new Spool(place(), BYTES, { ...SHELL, start: 8 }).takeKept()).toBeNull();
  written([Buffer.from('printed')]);
  expect(new Spool(place(), BYTES, { ...told, id: '0b1b1a52-0f3c-4c8e-9a55-0a3f5d1f2b11' }).takeKept()).toBeNull();
});

test('a disk that takes nothing costs the spool, not the terminal', () => {
  const spool = new Spool(path.join(folder, 'not-there', 'shell-1'), BYTES, SHELL);
  spool.append(0, [Buffer.from('printed')]);
  spool.remove();
});

test('only its owner may read it, and it goes with its shell and with its sandbox', async () => {
  const store = new SpoolStore({ folder: path.join(folder, 'terminals'), bytes: BYTES });
  const first = store.open('sandbox-1', 'shell-1', SHELL);
  store.open('sandbox-1', 'shell-2', SHELL);
  store.open('sandbox-2', 'shell-1', SHELL);
  const inside = path.join(folder, 'terminals', 'sandbox-1');
  expect(statSync(inside).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(inside, 'shell-1.0')).mode & 0o777).toBe(0o600);
  first?.remove();
  expect(readdirSync(inside)).toEqual(['shell-2.0']);
  await store.sweep(async () => ['sandbox-2']);
  expect(readdirSync(path.join(folder, 'terminals'))).toEqual(['sandbox-2']);
  await store.remove('sandbox-2');
  expect(readdirSync(path.join(folder, 'terminals'))).toEqual([]);
  await expect(store.remove('../terminals')).rejects.toThrow('not a sandbox id');
  expect(store.open('..', 'shell-1', SHELL)).toBeNull();
});

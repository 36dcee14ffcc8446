import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchBusyBox } from '#server/sandboxes/registry/busybox.ts';
import { fetchDebianRoot } from '#server/sandboxes/registry/debian-root.ts';
import type { Layer } from '#server/sandboxes/registry/image-files.ts';
import { makeStandIns } from '#server/sandboxes/registry/make-stand-ins.ts';

const BOOTSTRAP_TIMEOUT_MS = 240_000;

let home: string;
let archives: string;
let made: Layer;

beforeAll(async () => {
  home = mkdtempSync('/var/tmp/ch-debian-');
  archives = path.join(home, 'archives');
  made = await fetchDebianRoot(archives);
}, BOOTSTRAP_TIMEOUT_MS);
afterAll(() => rmSync(home, { recursive: true, force: true }));

const archive = () => {
  const [name = ''] = readdirSync(archives).filter((one) => one.endsWith('.tar.gz'));
  return path.join(archives, name);
};

test('what was made once is used again, and nothing half done lies beside it', async () => {
  const again = await fetchDebianRoot(archives);
  expect([again.diffId, again.blob.digest]).toEqual([made.diffId, made.blob.digest]);
  expect(readdirSync(archives)).toHaveLength(2);
});

test('a bootstrap that is given up leaves nothing', async () => {
  const elsewhere = path.join(home, 'given-up');
  await expect(fetchDebianRoot(elsewhere, AbortSignal.abort())).rejects.toThrow();
  expect(readdirSync(elsewhere)).toEqual([]);
});

test('where Debian cannot be made, the other images are', async () => {
  const busybox = path.join(home, 'busybox');
  await fetchBusyBox(busybox);
  const file = path.join(home, 'not-a-folder');
  writeFileSync(file, '');
  const images = await makeStandIns({ busybox, archives: file });
  expect(images.map(({ repository }) => repository)).toEqual([
    'library/alpine',
    'chapterhouse/hello-web',
    'windows/servercore',
  ]);
});

test('an archive that was cut short is not taken', async () => {
  truncateSync(archive(), 1000);
  await expect(fetchDebianRoot(archives, AbortSignal.abort())).rejects.toThrow();
});

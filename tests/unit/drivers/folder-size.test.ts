import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folderBytes } from '#server/sandboxes/drivers/bubblewrap/folder-size.ts';

const KIB = 1024;

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp('/tmp/ch-size-');
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('a folder is as large as the files in it, each counted once and no link followed', async () => {
  const folder = await emptyFolder();
  const before = Number(await folderBytes(folder, 5000));
  await mkdir(path.join(folder, 'deep/er'), { recursive: true });
  await writeFile(path.join(folder, 'deep/er/file'), Buffer.alloc(512 * KIB, 1));
  await link(path.join(folder, 'deep/er/file'), path.join(folder, 'same'));
  await symlink('/usr', path.join(folder, 'elsewhere'));
  const grown = Number(await folderBytes(folder, 5000)) - before;
  expect(grown).toBeGreaterThanOrEqual(512 * KIB);
  expect(grown).toBeLessThan(600 * KIB);
});

test('what cannot be counted in time has no size, and what is not there has none of it', async () => {
  const folder = await emptyFolder();
  await writeFile(path.join(folder, 'file'), 'text');
  expect(await folderBytes(folder, -1)).toBeNull();
  expect(await folderBytes(path.join(folder, 'nowhere'), 5000)).toBe(0);
});

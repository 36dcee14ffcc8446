import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { raiseKernelLimits } from '#server/sandboxes/engine/kernel-limits.ts';

async function tree(values: Record<string, string>): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'limits-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [name, value] of Object.entries(values)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), value);
  }
  return root;
}

test('a limit that is too low for a class is raised, a higher one is left alone', async () => {
  const root = await tree({ 'fs/low': '128\n', 'fs/high': '9000\n' });
  expect(await raiseKernelLimits({ 'fs/low': 500, 'fs/high': 500 }, root)).toEqual([]);
  expect(await readFile(path.join(root, 'fs/low'), 'utf8')).toBe('500');
  expect(await readFile(path.join(root, 'fs/high'), 'utf8')).toBe('9000\n');
});

test('what cannot be raised is named as the command that would do it', async () => {
  const root = await tree({});
  expect(await raiseKernelLimits({ 'kernel/keys/maxkeys': 500 }, root)).toEqual(['sysctl -w kernel.keys.maxkeys=500']);
});

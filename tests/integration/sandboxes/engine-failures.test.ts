import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { errorCode } from '#server/errors.ts';
import { createEngine } from '#server/sandboxes/engine/engine.ts';
import { mustRun, runCommand } from '#server/sandboxes/engine/run-command.ts';
import { ownEngine, removeEngine, tracesOf } from './engine-machine.ts';

const options = ownEngine('failing', 3);
const BRIDGE = `ch${options.index}`;

beforeAll(() => removeEngine(options));
afterAll(() => removeEngine(options));

test('a home that the remapped root cannot reach is refused with the remedy, nothing begun', async () => {
  const folder = await mkdtemp('/tmp/ch-shut-');
  onTestFinished(() => rm(folder, { recursive: true }));
  const shut = path.join(folder, 'private');
  await chmod(folder, 0o711);
  await mkdir(shut, { mode: 0o700 });
  const inside = { ...options, home: path.join(shut, 'engine') };
  const engine = createEngine(inside);
  const failure: unknown = await engine.start().catch((error: unknown) => error);
  expect(errorCode(failure)).toBe('host_incapable');
  expect(String(failure)).toContain(`chmod o+x ${shut}`);
  expect(String(failure)).not.toContain(`${folder} `);
  expect(engine.status().state).toEqual({ phase: 'stopped' });
  expect(await tracesOf(inside)).toEqual([]);
});

test('a start that fails half way takes back all that it did, and the next one works', async () => {
  // The daemon is up and the store mounted by the time that the bridge's name turns out to be taken.
  await mustRun('ip', ['link', 'add', BRIDGE, 'type', 'veth', 'peer', 'name', `${BRIDGE}p`]);
  onTestFinished(async () => void (await runCommand('ip', ['link', 'delete', BRIDGE])));
  const engine = createEngine(options);
  await expect(engine.start()).rejects.toThrow(BRIDGE);
  expect(engine.status().state).toEqual({ phase: 'stopped' });
  expect(await tracesOf(options)).toEqual([]);
  await engine.start();
  expect(engine.status().state).toMatchObject({ phase: 'running', adopted: false });
  await engine.stop();
});

test('a daemon that ends at once is told with its own last words, long before the time is up', async () => {
  // No unix socket has a path that long.
  const long = { ...options, home: path.join(options.home, 'x'.repeat(90)) };
  onTestFinished(() => removeEngine(long));
  const began = Date.now();
  const failure: unknown = await createEngine(long)
    .start()
    .catch((error: unknown) => error);
  expect(errorCode(failure)).toBe('engine_down');
  expect(String(failure)).toMatch(/socket|invalid|too long/i);
  expect(Date.now() - began).toBeLessThan(20_000);
  expect(await tracesOf(long)).toEqual([]);
});

import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { containersWithProcesses } from '#server/sandboxes/engine/container-processes.ts';
import { createEngine } from '#server/sandboxes/engine/engine.ts';
import { planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import { isAlive } from '#server/sandboxes/engine/processes.ts';
import { ownEngine, removeEngine } from './engine-machine.ts';

const options = ownEngine('strays', 7);
const ID = 'ab'.repeat(32);

beforeAll(() => removeEngine(options));
afterAll(() => removeEngine(options));

test('the processes of a container that the daemon does not know are ended', async () => {
  const engine = createEngine(options);
  await engine.start();
  const folder = await mkdtemp('/tmp/ch-stray-');
  onTestFinished(() => rm(folder, { recursive: true }));
  // What a daemon that died in the middle of a start leaves: a shim that nobody asks any more, with a program under it.
  const plan = planEngine(options);
  const shim = path.join(folder, 'containerd-shim-runc-v2');
  await copyFile('/bin/bash', shim);
  const script = 'sleep 600 & wait';
  const socket = `${plan.execRoot}/containerd/containerd.sock`;
  const child = spawn('/bin/sh', ['-c', `chmod 755 ${shim}; exec ${shim} -c '${script}' -id ${ID} -address ${socket}`]);
  await vi.waitFor(async () => expect(await containersWithProcesses(plan)).toEqual([ID]), { timeout: 20_000 });
  await vi.waitFor(async () => expect(await containersWithProcesses(plan)).toEqual([]), { timeout: 90_000 });
  expect(await isAlive(child.pid ?? 0)).toBe(false);
  await engine.stop();
});

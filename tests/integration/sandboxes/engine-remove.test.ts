import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { errorCode } from '#server/errors.ts';
import { removeBridge } from '#server/sandboxes/engine/bridges.ts';
import { createEngine } from '#server/sandboxes/engine/engine.ts';
import { bridgesOf, planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import { removeFirewall } from '#server/sandboxes/engine/firewall.ts';
import { leftoversOf } from '#server/sandboxes/engine/leftovers.ts';
import { livingPid } from '#server/sandboxes/engine/processes.ts';
import { removeEngine as removeAll } from '#server/sandboxes/engine/remove-engine.ts';
import { mustRun } from '#server/sandboxes/engine/run-command.ts';
import { mountsInside } from '#server/sandboxes/engine/store.ts';
import { wasTakenDown } from '#server/sandboxes/engine/taken-down.ts';
import { ownEngine, removeEngine, runningPid } from './engine-machine.ts';

const options = ownEngine('removed', 8);

beforeAll(() => removeEngine(options));
afterAll(() => removeEngine(options));

test('what an engine has on the machine is listed, and removing it takes away all of it, also after a kill -9', async () => {
  const engine = createEngine(options);
  await engine.start();
  const pid = runningPid(engine);
  const kinds = (await leftoversOf(options)).join('\n');
  for (const kind of ['dockerd', '/dev/loop', 'btrfs', `ch${options.index}:`, '-A ']) expect(kinds).toContain(kind);
  engine.release();
  process.kill(pid, 'SIGKILL');
  await removeAll(options);
  expect(await leftoversOf(options)).toEqual([]);
  expect(existsSync(options.home)).toBe(false);
  await removeAll(options);
});

test('while it is removed, whoever watches it always sees that its end is wanted', async () => {
  const plan = planEngine(options);
  const engine = createEngine(options);
  await engine.start();
  await engine.stop();
  // Deleting takes its time.
  const folder = path.join(options.home, 'registry/blobs');
  await mkdir(folder, { recursive: true });
  await Promise.all(Array.from({ length: 3_000 }, (_, index) => writeFile(path.join(folder, `${index}`), '')));
  const looks: boolean[] = [];
  const removing = removeAll(options).then(() => 'over');
  while ((await Promise.race([removing, wasTakenDown(plan)])) !== 'over') looks.push(await wasTakenDown(plan));
  expect(looks.length).toBeGreaterThan(10);
  expect(looks.filter((wanted) => !wanted)).toEqual([]);
});

test('a folder that is no engine’s is refused and stays', async () => {
  const home = await mkdtemp('/tmp/ch-no-engine-');
  onTestFinished(() => rm(home, { recursive: true }));
  await mkdir(path.join(home, 'letters'));
  await writeFile(path.join(home, 'letters', 'one'), 'dear');
  const failure: unknown = await removeAll({ ...options, home }).catch((error: unknown) => error);
  expect(errorCode(failure)).toBe('bad_request');
  expect(await readdir(path.join(home, 'letters'))).toEqual(['one']);
});

test('after a reboot an engine comes up from its files, whatever number its pid file names', async () => {
  const engine = createEngine(options);
  await engine.start();
  engine.release();
  await loseAllButFiles(runningPid(engine));
  await writeFile(path.join(options.home, 'dockerd.pid'), `${process.pid}`);
  const next = createEngine(options);
  await next.start();
  expect(next.status().state).toMatchObject({ phase: 'running', adopted: false });
  await next.stop();
  expect(await leftoversOf(options)).toEqual([]);
});

/** What a reboot takes: processes, mounts, loop devices, bridges and rules. What it leaves is the files as they were. */
async function loseAllButFiles(daemon: number): Promise<void> {
  const plan = planEngine(options);
  const containerd = await livingPid(path.join(plan.execRoot, 'containerd/containerd.pid'), 'containerd');
  process.kill(daemon, 'SIGKILL');
  if (containerd !== null) process.kill(containerd, 'SIGKILL');
  for (const target of (await mountsInside(plan.home)).toReversed()) await mustRun('umount', ['-l', target]);
  for (const bridge of bridgesOf(plan)) await removeBridge(bridge);
  await removeFirewall(plan);
}

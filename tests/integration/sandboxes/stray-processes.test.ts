import { spawn } from 'node:child_process';
import { access, copyFile, mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { containersWithProcesses, endContainerProcesses } from '#server/sandboxes/engine/container-processes.ts';
import { createEngine } from '#server/sandboxes/engine/engine.ts';
import { planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import { isAlive } from '#server/sandboxes/engine/processes.ts';
import { StrayProcesses } from '#server/sandboxes/engine/stray-processes.ts';
import { ownEngine, removeEngine, runningPid } from './engine-machine.ts';

const options = ownEngine('strays', 7);
const ID = 'ab'.repeat(32);
const FREEZER = '/sys/fs/cgroup/freezer';

beforeAll(() => removeEngine(options));
afterAll(() => removeEngine(options));

const plan = planEngine(options);

/** What a daemon that died in the middle of its work leaves: a shim that nobody asks any more, with a program under it. */
async function strayShim(): Promise<number> {
  const folder = await mkdtemp('/tmp/ch-stray-');
  onTestFinished(() => rm(folder, { recursive: true }));
  const shim = path.join(folder, 'containerd-shim-runc-v2');
  await copyFile('/bin/bash', shim);
  const script = 'sleep 600 & wait';
  const socket = `${plan.execRoot}/containerd/containerd.sock`;
  const child = spawn('/bin/sh', ['-c', `chmod 755 ${shim}; exec ${shim} -c '${script}' -id ${ID} -address ${socket}`]);
  await vi.waitFor(async () => expect(await containersWithProcesses(plan)).toEqual([ID]), { timeout: 20_000 });
  return child.pid ?? 0;
}

/** As the engine does where a state is being saved. */
async function pause(pid: number): Promise<void> {
  const group = (await access(FREEZER).then(
    () => true,
    () => false,
  ))
    ? { folder: `${FREEZER}/ch-stray-${process.pid}`, file: 'freezer.state', word: 'FROZEN' }
    : { folder: `/sys/fs/cgroup/ch-stray-${process.pid}`, file: 'cgroup.freeze', word: '1' };
  await mkdir(group.folder);
  // It is busy until the last of its processes has been waited for.
  onTestFinished(() => vi.waitFor(() => rmdir(group.folder), { timeout: 20_000 }));
  await writeFile(`${group.folder}/cgroup.procs`, String(pid));
  await writeFile(`${group.folder}/${group.file}`, group.word);
}

const childOf = async (pid: number) =>
  Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')[0]);

test('the processes of a container that the daemon does not know are ended', async () => {
  const engine = createEngine(options);
  await engine.start();
  const pid = await strayShim();
  await vi.waitFor(async () => expect(await containersWithProcesses(plan)).toEqual([]), { timeout: 90_000 });
  expect(await isAlive(pid)).toBe(false);
  await engine.stop();
});

test('a kept state that nobody got to name is taken away when it is seen for the second time', async () => {
  const engine = createEngine(options);
  await engine.start();
  onTestFinished(() => engine.stop());
  const docker = new Docker({ socketPath: engine.facts.socket });
  const imported = async (label: string) => {
    const empty = Readable.from([Buffer.alloc(1024)]);
    const answer = await docker.importImage(empty, { fromSrc: '-', changes: `LABEL ${label}=x` });
    await text(answer);
    const [found] = await docker.listImages({ filters: JSON.stringify({ label: [label] }) });
    return found?.Id ?? '';
  };
  const stray = await imported('chapterhouse.snapshot');
  const other = await imported('somebody.else');
  const images = async () => (await docker.listImages()).map(({ Id }) => Id);
  expect((await images()).toSorted()).toEqual([stray, other].toSorted());
  await vi.waitFor(async () => expect(await images()).toEqual([other]), { timeout: 60_000 });
});

test('those that were paused when everything died are ended too', async () => {
  const shim = await strayShim();
  const paused = await vi.waitFor(async () => {
    const child = await childOf(shim);
    expect(child).toBeGreaterThan(0);
    return child;
  });
  await pause(paused);
  await endContainerProcesses(plan);
  expect([await isAlive(shim), await isAlive(paused)]).toEqual([false, false]);
});

async function threadStates(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
  return (await Promise.all(stats)).map((stat) => stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '');
}

test('a daemon that falls silent in the middle of a look does not hold up who looks', async () => {
  const engine = createEngine(options);
  await engine.start();
  const pid = runningPid(engine);
  engine.release();
  process.kill(pid, 'SIGSTOP');
  onTestFinished(() => engine.stop());
  // Each of its threads stops when it comes to it; until then one may still answer.
  await vi.waitFor(async () => expect(new Set(await threadStates(pid))).toEqual(new Set(['T'])), {
    timeout: 20_000,
  });
  await expect(new StrayProcesses(plan).look()).rejects.toThrow();
});

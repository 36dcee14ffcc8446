import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readlink } from 'node:fs/promises';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createEngine, type Engine } from '#server/sandboxes/engine/engine.ts';
import { createMirror } from '#server/sandboxes/registry/mirror.ts';
import { nextState, ownEngine, removeEngine, runningPid, tracesOf } from './sandboxes/engine-machine.ts';

const options = ownEngine('engine-test', 1);

/** Started, and watched no longer than its test lasts: a watch left behind would revive what a later test stops. */
async function startedEngine(): Promise<Engine> {
  const engine = createEngine(options);
  onTestFinished(() => engine.release());
  await engine.start();
  return engine;
}

const clean = async () => {
  await createMirror(createEngine(options).facts).stop();
  await removeEngine(options);
};

beforeAll(clean);
afterAll(clean);

test('an engine starts, maps users, and is taken over by the next process', async () => {
  const first = await startedEngine();
  const pid = runningPid(first);
  first.release();

  const second = await startedEngine();
  expect(second.status().state).toMatchObject({ phase: 'running', pid, adopted: true });
  const info: unknown = await new Docker({ socketPath: second.facts.socket }).info();
  expect(info).toMatchObject({ SecurityOptions: expect.arrayContaining([expect.stringContaining('userns')]) });
});

test('a killed daemon comes back by itself, and its network with it', async () => {
  const engine = await startedEngine();
  const killed = runningPid(engine);
  const back = nextState(engine, ({ phase }) => phase === 'running');
  process.kill(killed, 'SIGKILL');
  await back;
  expect(runningPid(engine)).not.toBe(killed);
  const networks = await new Docker({ socketPath: engine.facts.socket }).listNetworks();
  expect(networks.map(({ Name }) => Name)).toEqual(expect.arrayContaining(['lab', 'lab-none', 'lab-internet']));
});

test('the mirror is seeded once and cannot be written by those who read it', async () => {
  const engine = await startedEngine();
  const mirror = createMirror(engine.facts);
  onTestFinished(() => mirror.stop());
  await mirror.start();
  expect(await mirror.seed()).toContain('library/alpine:latest');
  expect(await mirror.seed()).toEqual([]);
  const base = `http://${engine.facts.networks.mirror.gateway}:${engine.facts.registryPort}`;
  const upload = await fetch(`${base}/v2/library/alpine/blobs/uploads/`, { method: 'POST' });
  expect(upload.status).toBe(405);
});

test('closing the build network leaves forwarding as it was', async () => {
  const engine = await startedEngine();
  const forwarding = () => readFile('/proc/sys/net/ipv4/ip_forward', 'utf8');
  const before = await forwarding();
  const network = await engine.openBuildNetwork();
  expect((await forwarding()).trim()).toBe('1');
  await network[Symbol.asyncDispose]();
  expect(await forwarding()).toBe(before);
});

test('a stopped engine leaves no mount, loop device, bridge, rule or process behind', async () => {
  const engine = await startedEngine();
  expect(await tracesOf(options)).not.toEqual([]);
  await engine.stop();
  expect(await tracesOf(options)).toEqual([]);
  expect(engine.status().state).toEqual({ phase: 'stopped' });
});

test('a mount namespace that somebody made meanwhile does not hold the store', async () => {
  const engine = await startedEngine();
  const other = spawn('unshare', ['--mount', 'sleep', '300'], { stdio: 'ignore' });
  onTestFinished(() => void other.kill());
  await once(other, 'spawn');
  const [ours, copies] = [await readlink('/proc/self/ns/mnt'), `/proc/${other.pid}`];
  await vi.waitFor(async () => expect(await readlink(`${copies}/ns/mnt`)).not.toBe(ours));
  expect(await readFile(`${copies}/mounts`, 'utf8')).toContain(options.home);
  await engine.stop();
  expect(await tracesOf(options)).toEqual([]);
  expect(other.exitCode).toBeNull();
});

test('an engine that another process stops stays stopped, and is followed when it is back', async () => {
  const watching = await startedEngine();
  const mirror = createMirror(watching.facts);
  onTestFinished(() => mirror.stop());
  await mirror.start();
  const stopped = nextState(watching, ({ phase }) => phase === 'stopped');
  const other = await startedEngine();
  await createMirror(other.facts).stop();
  await other.stop();
  await stopped;
  expect(await tracesOf(options)).toEqual([]);
  const back = nextState(watching, ({ phase }) => phase === 'running');
  await other.start();
  expect(await back).toMatchObject({ adopted: true, pid: runningPid(other) });
  expect(await mirror.running()).toBe(false);
});

import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEngine, type Engine, type EngineState } from '#server/sandboxes/engine/engine.ts';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import { createMirror } from '#server/sandboxes/registry/mirror.ts';

const ROOT = process.env.CHAPTERHOUSE_TEST_HOME ?? '/var/lib/chapterhouse-test';
const HOME = path.join(ROOT, 'engine-test');
const INDEX = 240;
const options = { home: HOME, index: INDEX, storeGiB: 4 };
const capable = process.getuid?.() === 0 && (await runCommand('dockerd', ['--version'])).exitCode === 0;

/** What an engine could leave behind on its machine, in words that name this engine alone. */
async function traces(): Promise<string[]> {
  const listings = await Promise.all([
    runCommand('iptables', ['-S']),
    runCommand('iptables', ['-t', 'nat', '-S']),
    runCommand('ip6tables', ['-S']),
    runCommand('losetup', ['-a']),
    runCommand('ip', ['-o', 'link']),
  ]);
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  const lines = [...listings.map(({ stdout }) => stdout), mounts].join('\n').split('\n');
  const words = [HOME, `ch${INDEX}`];
  return [...lines, ...(await commandLines())].filter((line) => words.some((word) => line.includes(word)));
}

async function commandLines(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
}

function nextState(engine: Engine, wanted: (state: EngineState) => boolean): Promise<EngineState> {
  return new Promise((resolve) => {
    const subscription = engine.onStateChange((state) => {
      if (!wanted(state)) return;
      subscription[Symbol.dispose]();
      resolve(state);
    });
  });
}

function runningPid(engine: Engine): number {
  const { state } = engine.status();
  if (state.phase !== 'running') throw new Error(`the engine is ${state.phase}`);
  return state.pid;
}

const clean = async () => {
  const engine = createEngine(options);
  await createMirror(engine.facts).stop();
  await engine.stop();
  await rm(HOME, { recursive: true, force: true });
};

if (capable) {
  beforeAll(clean);
  afterAll(clean);
}

test.skipIf(!capable)('an engine starts, maps users, and is taken over by the next process', async () => {
  const first = createEngine(options);
  await first.start();
  const pid = runningPid(first);
  first.release();

  const second = createEngine(options);
  await second.start();
  expect(second.status().state).toMatchObject({ phase: 'running', pid, adopted: true });
  const info: unknown = await new Docker({ socketPath: second.facts.socket }).info();
  expect(info).toMatchObject({ SecurityOptions: expect.arrayContaining([expect.stringContaining('userns')]) });
  second.release();
});

test.skipIf(!capable)('a killed daemon comes back by itself, and its network with it', async () => {
  const engine = createEngine(options);
  await engine.start();
  const killed = runningPid(engine);
  const back = nextState(engine, ({ phase }) => phase === 'running');
  process.kill(killed, 'SIGKILL');
  await back;
  expect(runningPid(engine)).not.toBe(killed);
  const networks = await new Docker({ socketPath: engine.facts.socket }).listNetworks();
  expect(networks.map(({ Name }) => Name)).toContain('lab');
  engine.release();
});

test.skipIf(!capable)('the mirror is seeded once and cannot be written by those who read it', async () => {
  const engine = createEngine(options);
  await engine.start();
  const mirror = createMirror(engine.facts);
  await mirror.start();
  expect(await mirror.seed()).toContain('library/alpine:latest');
  expect(await mirror.seed()).toEqual([]);
  const base = `http://${engine.facts.network.gateway}:${engine.facts.registryPort}`;
  const upload = await fetch(`${base}/v2/library/alpine/blobs/uploads/`, { method: 'POST' });
  expect(upload.status).toBe(405);
  await mirror.stop();
  engine.release();
});

test.skipIf(!capable)('closing the build network leaves forwarding as it was', async () => {
  const engine = createEngine(options);
  await engine.start();
  const forwarding = () => readFile('/proc/sys/net/ipv4/ip_forward', 'utf8');
  const before = await forwarding();
  const network = await engine.openBuildNetwork();
  expect((await forwarding()).trim()).toBe('1');
  await network[Symbol.asyncDispose]();
  expect(await forwarding()).toBe(before);
  engine.release();
});

test.skipIf(!capable)('a stopped engine leaves no mount, loop device, bridge, rule or process behind', async () => {
  const engine = createEngine(options);
  await engine.start();
  expect(await traces()).not.toEqual([]);
  await engine.stop();
  expect(await traces()).toEqual([]);
  expect(engine.status().state).toEqual({ phase: 'stopped' });
});

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { unifiedMount, unifiedPath } from '#server/sandboxes/engine/cgroup.ts';
import { asUser } from '../../../server/launch/unprivileged.mjs';
import { ensureWebUser } from '../../../server/launch/web-user.mjs';
import { openTestEngine, TEST_ENGINE, type TestEngine } from '../../support/engine-for-tests.ts';
import { newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';
import type { Aims, Attempt } from './intruder.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
let testEngine: TestEngine;
let product: ServedProduct;
let foreign: Docker.Container;

beforeAll(async () => {
  testEngine = await openTestEngine();
  const { facts } = testEngine.engine;
  const docker = new Docker({ socketPath: facts.socket });
  foreign = await docker.createContainer({
    Image: testEngine.imageTag,
    Entrypoint: ['sleep', '600'],
    Labels: { 'chapterhouse.installation': `foreign-${process.pid}` },
    HostConfig: { NetworkMode: facts.networks.mirror.name },
  });
  await foreign.start();
  product = await serveProduct({
    home: newHome(),
    env: {
      CHAPTERHOUSE_DRIVER: 'docker',
      CHAPTERHOUSE_ENGINE_HOME: TEST_ENGINE.home,
      CHAPTERHOUSE_ENGINE_INDEX: String(TEST_ENGINE.index),
    },
  });
  await vi.waitFor(async () => expect((await fetch(`${product.url}/api/health?ready=1`)).status).toBe(200), {
    timeout: 100_000,
    interval: 200,
  });
});
afterAll(async () => {
  await product?.dispose();
  await foreign?.remove({ force: true });
  await testEngine?.close();
});

const statusOf = (pid: number) => readFileSync(`/proc/${pid}/status`, 'utf8');

test('the process that faces the network is not root, holds no capability and can gain none', async () => {
  const user = await ensureWebUser();
  const status = statusOf(product.pid);
  expect(status).toMatch(new RegExp(`Uid:\\s+${user.uid}\\s+${user.uid}\\s+${user.uid}\\s+${user.uid}`));
  expect(status).toMatch(new RegExp(`Gid:\\s+${user.gid}\\s+${user.gid}\\s+${user.gid}\\s+${user.gid}`));
  expect(status).toMatch(/Groups:\s*\n/);
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
    expect(status).toMatch(new RegExp(`${set}:\\s+0{16}`));
  expect(status).toMatch(/NoNewPrivs:\s+1/);
  expect(statusOf(product.keeperPid ?? 0)).toMatch(/Uid:\s+0/);
});

test('the keeper knows neither the database nor the secret of the cookies', () => {
  const environment = readFileSync(`/proc/${product.keeperPid}/environ`, 'utf8').split('\0');
  expect(environment.filter((line) => /^(DATABASE_URL|CHAPTERHOUSE_SECRET)=/.test(line))).toEqual([]);
});

test('code in the web process reaches its own data and its own sandboxes, and nothing else', async () => {
  const outcomes = intrude(await findAims());
  const refused = outcomes.filter(({ name }) => !name.startsWith('REACHES'));
  expect(refused.length).toBeGreaterThan(60);
  expect(refused.filter(({ reached }) => reached)).toEqual([]);
  const reaches = outcomes.filter(({ name }) => name.startsWith('REACHES'));
  expect(reaches.length).toBe(5);
  expect(reaches.filter(({ reached }) => !reached)).toEqual([]);
  // Refused for being refused, and not for a slip in how it was asked.
  const byFilter = refused.filter(({ outcome }) => outcome.includes('refused by the keeper'));
  expect(byFilter.length).toBeGreaterThan(25);
});

/** As the web process's user, with its environment and its lack of powers. */
function intrude(aims: Aims): Attempt[] {
  const status = statusOf(product.pid);
  const id = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
  const variables = readFileSync(`/proc/${product.pid}/environ`, 'utf8').split('\0').filter(Boolean);
  const env = Object.fromEntries(variables.map((line) => line.split(/=(.*)/s, 2)));
  const prefix = asUser({ name: '', uid: id('Uid'), gid: id('Gid') });
  const node = path.join(ROOT, 'node_modules/.bin/node');
  const [program = '', ...args] = [
    ...prefix,
    node,
    path.join(import.meta.dirname, 'intruder.ts'),
    JSON.stringify(aims),
  ];
  const output = execFileSync(program, args, { cwd: ROOT, env, encoding: 'utf8', timeout: 100_000 });
  const lines = output.split('\n').filter((line) => line.startsWith('{"name"'));
  return lines.map((line) => JSON.parse(line));
}

async function findAims(): Promise<Aims> {
  const { facts } = testEngine.engine;
  const { State } = await foreign.inspect();
  const mount = unifiedMount(readFileSync('/proc/self/mounts', 'utf8')) ?? '';
  return {
    root: ROOT,
    keeperPid: product.keeperPid ?? 0,
    enginePid: Number(readFileSync(path.join(facts.home, 'dockerd.pid'), 'utf8')),
    engineHome: facts.home,
    engineSocket: facts.socket,
    foreignContainer: foreign.id,
    foreignCgroup: path.join(mount, unifiedPath(readFileSync(`/proc/${State.Pid}/cgroup`, 'utf8')) ?? ''),
  };
}

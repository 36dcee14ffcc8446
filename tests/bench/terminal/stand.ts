import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BubblewrapDriver } from '#server/sandboxes/drivers/bubblewrap/bubblewrap-driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { openTestEngine } from '../../support/engine-for-tests.ts';
import { filterEngine } from '../../support/filtered-engine.ts';
import type { ServerPlan } from './plan.ts';

/** One server under test and the sandbox its shells are in. */
export type Stand = {
  through: 'bubblewrap' | 'docker';
  url: string;
  pid: number;
  /** In the arguments of every process that holds a shell here. */
  holdersNamed: string;
  close(): Promise<void>;
};

const LIMITS = { memoryMiB: 4096, cpus: 2, pids: 4096, diskMiB: 4096 };
const SANDBOX_ID = `bench-terminal-${process.pid}`;

export async function bubblewrapStand(): Promise<Stand> {
  const owned = new AsyncDisposableStack();
  const folder = ownFolder(owned);
  const driver = new BubblewrapDriver({ dataDir: folder, shellIntegration: null, network: false });
  await driver.check();
  const sandbox = await driver.create({ sandboxId: SANDBOX_ID, courseId: 'bench', limits: LIMITS });
  owned.defer(() => sandbox.destroy());
  const plan = { place: null, installation: 'bench', dataDir: folder };
  return serve(owned, 'bubblewrap', { plan, sandbox, folder, holdersNamed: sandbox.ref });
}

export async function dockerStand(): Promise<Stand> {
  const owned = new AsyncDisposableStack();
  const folder = ownFolder(owned);
  const { engine, courseId, imageTag, close } = await openTestEngine();
  owned.defer(close);
  engine.release();
  const installation = `bench-terminal-${process.pid}`;
  const filtered = await filterEngine({ engine, installation, imageTag });
  owned.defer(() => filtered.close());
  const { place } = filtered;
  const driver = new DockerDriver({
    installation,
    place: async () => place,
    imageFor: async () => imageTag,
    host: filtered,
  });
  owned.defer(() => driver.dispose());
  const sandbox = await driver.create({ sandboxId: SANDBOX_ID, courseId, limits: LIMITS, network: 'none' });
  owned.defer(() => sandbox.destroy());
  const plan = { place, installation, dataDir: folder };
  return serve(owned, 'docker', { plan, sandbox, folder, holdersNamed: '/run/chapterhouse/shells/' });
}

function ownFolder(owned: AsyncDisposableStack): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'chapterhouse-bench-'));
  chmodSync(folder, 0o755);
  owned.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

type Served = {
  plan: Pick<ServerPlan, 'place' | 'installation' | 'dataDir'>;
  sandbox: ServerPlan['sandbox'];
  folder: string;
  holdersNamed: string;
};

async function serve(
  owned: AsyncDisposableStack,
  through: Stand['through'],
  { plan, sandbox: { sandboxId, ref }, folder, holdersNamed }: Served,
): Promise<Stand> {
  const told: ServerPlan = { ...plan, sandbox: { sandboxId, ref }, spools: path.join(folder, 'spools') };
  const server: ChildProcess = fork(path.join(import.meta.dirname, 'server-process.ts'), [JSON.stringify(told)]);
  owned.defer(() => {
    server.kill('SIGKILL');
  });
  const [url] = await once(server, 'message');
  return {
    through,
    url: String(url),
    pid: server.pid ?? 0,
    holdersNamed,
    close: () => owned.disposeAsync(),
  };
}

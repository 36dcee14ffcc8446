import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { BubblewrapDriver } from '#server/sandboxes/drivers/bubblewrap/bubblewrap-driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { openTestEngine } from '../../support/engine-for-tests.ts';
import { filterEngine } from '../../support/filtered-engine.ts';
import { BUSY_SANDBOXES, type ServerPlan } from './plan.ts';

/** One server under test and the sandboxes its shells are in. */
export type Stand = {
  through: 'bubblewrap' | 'docker';
  url: string;
  pid: number;
  /** In the arguments of every process that holds shells here. */
  holdersNamed: string;
  close(): Promise<void>;
};

const LIMITS = { memoryMiB: 4096, cpus: 2, pids: 4096, diskMiB: 4096 };
const SANDBOXES = 20;
const BOOT_MS = 60_000;
const SANDBOX_IDS = Array.from({ length: SANDBOXES }, (_, index) => `bench-terminal-${process.pid}-${index}`);

export async function bubblewrapStand(): Promise<Stand> {
  const owned = new AsyncDisposableStack();
  const folder = ownFolder(owned);
  const driver = new BubblewrapDriver({ dataDir: folder, shellIntegration: null, network: false });
  await driver.check();
  const sandboxes = await makeAll(owned, (sandboxId) =>
    driver.create({ sandboxId, courseId: 'bench', limits: LIMITS }),
  );
  const plan = { place: null, installation: 'bench', dataDir: folder };
  return serve(owned, 'bubblewrap', { plan, sandboxes, folder, holdersNamed: folder });
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
  // Only what is typed into boots: the others cost the machine next to nothing.
  const spec = { courseId, limits: LIMITS, network: 'none', waits: true } as const;
  const sandboxes = await makeAll(owned, (sandboxId) => driver.create({ ...spec, sandboxId }));
  for (const sandbox of sandboxes.slice(0, BUSY_SANDBOXES)) {
    await sandbox.exec({ argv: ['true'], user: 'student', timeoutMs: BOOT_MS, maxOutputBytes: 100 });
  }
  const plan = { place, installation, dataDir: folder };
  return serve(owned, 'docker', { plan, sandboxes, folder, holdersNamed: '--port' });
}

async function makeAll(owned: AsyncDisposableStack, make: (sandboxId: string) => Promise<Sandbox>): Promise<Sandbox[]> {
  const made: Sandbox[] = [];
  for (const sandboxId of SANDBOX_IDS) {
    const sandbox = await make(sandboxId);
    owned.defer(() => sandbox.destroy());
    made.push(sandbox);
  }
  return made;
}

function ownFolder(owned: AsyncDisposableStack): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'chapterhouse-bench-'));
  chmodSync(folder, 0o755);
  owned.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

type Served = {
  plan: Pick<ServerPlan, 'place' | 'installation' | 'dataDir'>;
  sandboxes: ServerPlan['sandboxes'];
  folder: string;
  holdersNamed: string;
};

async function serve(
  owned: AsyncDisposableStack,
  through: Stand['through'],
  { plan, sandboxes, folder, holdersNamed }: Served,
): Promise<Stand> {
  const told: ServerPlan = {
    ...plan,
    sandboxes: sandboxes.map(({ sandboxId, ref }) => ({ sandboxId, ref })),
    spools: path.join(folder, 'spools'),
  };
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

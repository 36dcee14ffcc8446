import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { EngineFacts } from '#server/sandboxes/engine/engine.ts';
import { endProcess, livingPid, startDetached, waitUntil } from '#server/sandboxes/engine/processes.ts';
import { fetchBusyBox } from './busybox.ts';
import { imageFiles } from './image-files.ts';
import { holdsImage, pushImage } from './push.ts';
import { type RegistrySettings, registryConfig } from './registry-config.ts';
import { alpineStandIn, helloWeb, windowsServer } from './stand-ins.ts';

const PROGRAM = 'docker-registry';
/** The name by which sandboxes know it; each gets it as an extra host on the bridge's gateway. */
export const MIRROR_HOST = 'registry.lab';
const ANSWER_TIMEOUT_MS = 10_000;
const WATCH_MS = 2_000;

/** The read-only registry that nested engines pull from. */
export interface Mirror {
  /** What sandboxes are told: `registry.lab:5000`. */
  readonly host: string;
  /** Starts it or takes over the one an earlier process left, and restarts it when it ends. Needs the engine's bridge. */
  start(): Promise<void>;
  /** Makes sure of the stand-in images; answers the names that had to be written. Already right: nothing is touched. */
  seed(signal?: AbortSignal): Promise<string[]>;
  running(): Promise<boolean>;
  /** Stops watching; the process goes on living for the next of ours. */
  release(): void;
  stop(): Promise<void>;
}

export function createMirror(facts: Pick<EngineFacts, 'home' | 'networks' | 'registryPort'>): Mirror {
  const directory = path.join(facts.home, 'registry');
  const settings: RegistrySettings = {
    directory: path.join(directory, 'data'),
    address: facts.networks.mirror.gateway,
    port: facts.registryPort,
    readOnly: true,
  };
  const pidFile = path.join(directory, 'mirror.pid');
  let timer: NodeJS.Timeout | null = null;
  let reviving: Promise<void> = Promise.resolve();
  const running = async () => (await livingPid(pidFile, PROGRAM)) !== null;
  const start = async () => {
    if (!(await running())) await startRegistry(directory, 'mirror', settings);
    timer ??= setInterval(() => {
      reviving = reviving.then(revive);
    }, WATCH_MS).unref();
  };
  const revive = async () => {
    // One that was stopped on purpose, by another process too, has no pid file; one that crashed has.
    if ((await running()) || timer === null || !existsSync(pidFile)) return;
    log.warn('mirror.restarting', { host: settings.address });
    await startRegistry(directory, 'mirror', settings).catch((error: unknown) =>
      log.error('mirror.restart_failed', error),
    );
  };
  const release = () => {
    if (timer) clearInterval(timer);
    timer = null;
  };
  return {
    host: `${MIRROR_HOST}:${facts.registryPort}`,
    start,
    running,
    release,
    seed: (signal) => seedMirror(directory, settings, signal),
    async stop() {
      release();
      // A look that has begun would bring back what ends here.
      await reviving;
      const pid = await livingPid(pidFile, PROGRAM);
      if (pid !== null) await endProcess(pid, ANSWER_TIMEOUT_MS);
      await rm(pidFile, { force: true });
    },
  };
}

/** Starts one registry process, named for its files, and waits until it answers. */
async function startRegistry(directory: string, name: string, settings: RegistrySettings): Promise<number> {
  await mkdir(settings.directory, { recursive: true });
  const config = path.join(directory, `${name}.yml`);
  await writeFile(config, registryConfig(settings));
  const logFile = path.join(directory, `${name}.log`);
  const pid = await startDetached({ program: PROGRAM, args: ['serve', config], logFile });
  await writeFile(path.join(directory, `${name}.pid`), `${pid}\n`);
  if (await waitUntil(() => answers(baseUrl(settings)), ANSWER_TIMEOUT_MS)) return pid;
  await endProcess(pid, ANSWER_TIMEOUT_MS);
  throw new AppError('engine_down', `the mirror did not answer on ${baseUrl(settings)}, see ${logFile}`);
}

async function seedMirror(directory: string, settings: RegistrySettings, signal?: AbortSignal): Promise<string[]> {
  const busybox = await fetchBusyBox(path.join(directory, 'busybox'), signal);
  const images = [alpineStandIn(busybox), helloWeb(busybox), windowsServer()].map(imageFiles);
  const missing: typeof images = [];
  for (const image of images) {
    if (!(await holdsImage(baseUrl(settings), image))) missing.push(image);
  }
  if (missing.length === 0) return [];
  const writable: RegistrySettings = { ...settings, address: '127.0.0.1', port: await freePort(), readOnly: false };
  const pid = await startRegistry(directory, 'seeding', writable);
  try {
    for (const image of missing) await pushImage(baseUrl(writable), image, signal);
  } finally {
    await endProcess(pid, ANSWER_TIMEOUT_MS);
    await rm(path.join(directory, 'seeding.pid'), { force: true });
  }
  return missing.map(({ repository, tag }) => `${repository}:${tag}`);
}

const baseUrl = ({ address, port }: RegistrySettings) => `http://${address}:${port}`;

const answers = (base: string) =>
  fetch(`${base}/v2/`)
    .then((response) => response.ok)
    .catch(() => false);

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

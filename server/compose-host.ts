import { existsSync } from 'node:fs';
import path from 'node:path';
import { imageCourseOf } from './compose-images.ts';
import type { Config } from './config.ts';
import { AppError } from './errors.ts';
import type { KeptEngine, KeptImages, KeptMirror } from './keeper/client/kept-host.ts';
import { log } from './log.ts';
import type { SandboxDriver } from './sandboxes/driver.ts';
import type { DoctorFinding } from './shared/views.ts';

/** What this machine runs sandboxes with. */
export type Host = {
  driver: SandboxDriver;
  /** Null where sandboxes need no image. */
  images: KeptImages | null;
  engine: KeptEngine | null;
  mirror: KeptMirror | null;
  /** What this machine can do; null where nobody can tell from here. */
  examine(): Promise<DoctorFinding[] | null>;
  /** Why the better driver was not taken, in the words of the fault. */
  fallbackReason: string | null;
  dispose(): Promise<void>;
};

/** The keeper's engine where it has one; shells without containers where it has not. */
export async function createHost(config: Config): Promise<Host> {
  const { driver } = config;
  if (driver === 'fake') return fakeHost();
  if (driver === 'bubblewrap') return bubblewrapHost(config, null);
  try {
    return await dockerHost(config);
  } catch (error) {
    if (driver === 'docker') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    log.warn('host.no_engine', { reason });
    return bubblewrapHost(config, reason);
  }
}

/** A keeper that has just died is started again by then. */
const KEEPER_TIMEOUT_MS = 60_000;

async function dockerHost({ keeper }: Config): Promise<Host> {
  if (keeper === null) throw new AppError('host_incapable', 'the private engine needs root');
  const { KeeperClient } = await import('./keeper/client/keeper-client.ts');
  const { keptEngine, keptImages, keptMirror, keptPlace } = await import('./keeper/client/kept-host.ts');
  const { DockerDriver } = await import('./sandboxes/drivers/docker/docker-driver.ts');
  const client = new KeeperClient(keeper);
  const { status } = await client.connected(AbortSignal.timeout(KEEPER_TIMEOUT_MS));
  if (status.unavailable !== null) {
    client.dispose();
    throw new AppError('host_incapable', status.unavailable);
  }
  const engine = keptEngine(client);
  const images = keptImages(client);
  const driver = new DockerDriver({
    installation: status.installation,
    place: () => keptPlace(client),
    imageFor: async (courseId) => images.tag(imageCourseOf(images, courseId)),
    host: engine,
    diskUsage: () => engine.diskUsage(),
  });
  return {
    driver,
    images,
    engine,
    mirror: keptMirror(client),
    examine: () => client.call('doctor', {}),
    fallbackReason: null,
    async dispose() {
      await driver.dispose();
      client.dispose();
    },
  };
}

async function bubblewrapHost(config: Config, fallbackReason: string | null): Promise<Host> {
  const { BubblewrapDriver } = await import('./sandboxes/drivers/bubblewrap/bubblewrap-driver.ts');
  const driver = new BubblewrapDriver({
    dataDir: path.join(config.webHome, 'bwrap'),
    shellIntegration: shellIntegrationOf(config),
    network: false,
  });
  return {
    driver,
    images: null,
    engine: null,
    mirror: null,
    examine: () => examineFromHere(config),
    fallbackReason,
    dispose: () => driver.dispose(),
  };
}

/** Why there is no engine is what an admin wants to know most: the keeper, if there is one, sees more than we do. */
async function examineFromHere({ keeper, home, port }: Config): Promise<DoctorFinding[] | null> {
  if (keeper !== null) {
    const { KeeperClient } = await import('./keeper/client/keeper-client.ts');
    const client = new KeeperClient(keeper);
    return client.call('doctor', {}).finally(() => client.dispose());
  }
  const { examineHost } = await import('./sandboxes/doctor/examine-host.ts');
  const { planEngine } = await import('./sandboxes/engine/engine-plan.ts');
  const { createMirror } = await import('./sandboxes/registry/mirror.ts');
  const plan = planEngine({ home: path.join(home, 'engine'), index: 1 });
  return examineHost({ plan, mirror: createMirror(plan), upstream: null, webPort: port });
}

async function fakeHost(): Promise<Host> {
  const { FakeDriver } = await import('./sandboxes/drivers/fake/fake-driver.ts');
  const driver = new FakeDriver();
  return {
    driver,
    images: null,
    engine: null,
    mirror: null,
    examine: async () => null,
    fallbackReason: null,
    dispose: () => driver.dispose(),
  };
}

/** The lab image's own file, so that prompts and commands are told the same way in both kinds of sandbox. */
function shellIntegrationOf(config: Config): string | null {
  const file = path.join(config.contentDir, 'virtualization/sandbox/files/etc/chapterhouse/shell-integration.bash');
  return existsSync(file) ? file : null;
}

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from './config.ts';
import { AppError } from './errors.ts';
import { log } from './log.ts';
import type { SandboxDriver } from './sandboxes/driver.ts';
import type { Engine } from './sandboxes/engine/engine.ts';
import type { LabImages } from './sandboxes/images/lab-images.ts';
import type { Mirror } from './sandboxes/registry/mirror.ts';

/** What this machine runs sandboxes with. */
export type Host = {
  driver: SandboxDriver;
  /** Null where sandboxes need no image. */
  images: LabImages | null;
  engine: Engine | null;
  mirror: Mirror | null;
  /** Why the better driver was not taken, in the words of the fault. */
  fallbackReason: string | null;
  dispose(): Promise<void>;
};

type HostRequest = { config: Config; courseIds: readonly string[]; now: () => Date };

/** The private engine where it can run; shells without containers where it cannot. */
export async function createHost(request: HostRequest): Promise<Host> {
  const { driver } = request.config;
  if (driver === 'fake') return fakeHost();
  if (driver === 'bubblewrap') return bubblewrapHost(request, null);
  try {
    return await dockerHost(request);
  } catch (error) {
    if (driver === 'docker') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    log.warn('host.no_engine', { reason });
    return bubblewrapHost(request, reason);
  }
}

async function dockerHost({ config, courseIds, now }: HostRequest): Promise<Host> {
  const { createEngine } = await import('./sandboxes/engine/engine.ts');
  const { createMirror } = await import('./sandboxes/registry/mirror.ts');
  const { DockerDriver } = await import('./sandboxes/drivers/docker/docker-driver.ts');
  const { dockerPlace } = await import('./sandboxes/drivers/docker/docker-place.ts');
  const { hostResolvers } = await import('./sandboxes/engine/resolvers.ts');
  const { LabImages } = await import('./sandboxes/images/lab-images.ts');
  const { ensureLabImage } = await import('./sandboxes/images/lab-image.ts');
  const engine = createEngine({ home: config.engineHome, index: config.engineIndex });
  const mirror = createMirror(engine.facts);
  await engine.start();
  await mirror.start();

  const images = new LabImages({
    courseIds: courseIds.filter((courseId) => existsSync(path.join(config.contentDir, courseId, 'sandbox/Dockerfile'))),
    now,
    make: async (courseId, run) => {
      const image = await ensureLabImage({
        engine,
        courseId,
        directory: path.join(config.contentDir, courseId, 'sandbox'),
        cacheDirectory: path.join(config.cacheDir, 'images'),
        pullBase: config.pullBase,
        ...run,
      });
      // Seats open when the image is there; by then their own Docker has something to pull.
      await mirror.seed(run.signal);
      return image;
    },
  });
  const driver = new DockerDriver({
    installation: installationOf(config),
    place: async () => {
      const { state } = engine.status();
      if (state.phase !== 'running') throw new AppError('engine_down', `the engine is ${state.phase}`);
      return dockerPlace(engine.facts, await hostResolvers());
    },
    imageFor: async (courseId) => images.tag(courseId),
    handOverCgroup: (containerId) => engine.handOverCgroup(containerId),
    diskUsage: () => engine.diskUsage(),
  });
  return {
    driver,
    images,
    engine,
    mirror,
    fallbackReason: null,
    async dispose() {
      await images.dispose();
      await driver.dispose();
      mirror.release();
      engine.release();
    },
  };
}

async function bubblewrapHost({ config }: HostRequest, fallbackReason: string | null): Promise<Host> {
  const { BubblewrapDriver } = await import('./sandboxes/drivers/bubblewrap/bubblewrap-driver.ts');
  const driver = new BubblewrapDriver({
    dataDir: path.join(config.home, 'bwrap'),
    shellIntegration: shellIntegrationOf(config),
    network: false,
  });
  return {
    driver,
    images: null,
    engine: null,
    mirror: null,
    fallbackReason,
    dispose: () => driver.dispose(),
  };
}

async function fakeHost(): Promise<Host> {
  const { FakeDriver } = await import('./sandboxes/drivers/fake/fake-driver.ts');
  const driver = new FakeDriver();
  return { driver, images: null, engine: null, mirror: null, fallbackReason: null, dispose: () => driver.dispose() };
}

/** Two installations on one engine never touch each other's sandboxes. */
function installationOf(config: Config): string {
  return createHash('sha256').update(config.home).digest('hex').slice(0, 16);
}

/** The lab image's own file, so that prompts and commands are told the same way in both kinds of sandbox. */
function shellIntegrationOf(config: Config): string | null {
  const file = path.join(config.contentDir, 'virtualization/sandbox/files/etc/chapterhouse/shell-integration.bash');
  return existsSync(file) ? file : null;
}

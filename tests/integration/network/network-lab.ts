import path from 'node:path';
import type { NetworkMode, Sandbox } from '#server/sandboxes/driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { dockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import { createEngine, type Engine } from '#server/sandboxes/engine/engine.ts';
import { ensureLabImage } from '#server/sandboxes/images/lab-image.ts';
import { createMirror } from '#server/sandboxes/registry/mirror.ts';
import { ownEngine, removeEngine } from '../sandboxes/engine-machine.ts';

export type NetworkLab = {
  engine: Engine;
  index: number;
  fresh(network: NetworkMode): Promise<Sandbox>;
  close(): Promise<void>;
};

const COURSE = 'virtualization';
const LIMITS = { memoryMiB: 512, cpus: 1, pids: 512, diskMiB: 2048 };

/** An engine of these tests' own, so that its rules can be taken away without anybody else's loss. */
export async function openNetworkLab(name: string, number: number): Promise<NetworkLab> {
  const options = ownEngine(name, number);
  await removeEngine(options);
  const engine = createEngine(options);
  const mirror = createMirror(engine.facts);
  const close = async () => {
    await mirror.stop();
    await engine.stop();
    await removeEngine(options);
  };
  try {
    await engine.start();
    await mirror.start();
    await mirror.seed();
    const { tag } = await ensureLabImage({
      engine,
      courseId: COURSE,
      directory: path.resolve('content', COURSE, 'sandbox'),
      cacheDirectory: path.join(process.env.CHAPTERHOUSE_CACHE ?? '/var/cache/chapterhouse', 'images'),
      pullBase: null,
    });
    const driver = new DockerDriver({
      installation: `network-${process.pid}`,
      place: async () => dockerPlace(engine.facts),
      imageFor: async () => tag,
      host: engine,
    });
    let made = 0;
    return {
      engine,
      index: options.index,
      fresh(network) {
        made += 1;
        const sandboxId = `net-${process.pid}-${made}`;
        return driver.create({ sandboxId, courseId: COURSE, limits: LIMITS, network });
      },
      async close() {
        await driver.dispose();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

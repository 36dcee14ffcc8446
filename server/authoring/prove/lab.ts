import { randomUUID } from 'node:crypto';
import type { NetworkMode, Sandbox } from '#server/sandboxes/driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { dockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import type { Engine } from '#server/sandboxes/engine/engine.ts';
import { createMirror, type Mirror } from '#server/sandboxes/registry/mirror.ts';

/** An engine with a course's lab image in it. */
export type LabEngine = {
  engine: Engine;
  courseId: string;
  imageTag: string;
  /** Somebody else's: its mirror goes on when we leave. */
  isBorrowed: boolean;
  close(): Promise<void>;
};

export type Limits = { memoryMiB: number; cpus: number; pids: number; diskMiB: number };
export type Lab = {
  engine: Engine;
  mirror: Mirror;
  /** One more, whose own Docker answers. All are destroyed by `close`. */
  freshSandbox(asked?: { limits?: Partial<Limits>; network?: NetworkMode }): Promise<Sandbox>;
  close(): Promise<void>;
};

const LIMITS: Limits = { memoryMiB: 1024, cpus: 2, pids: 1024, diskMiB: 4096 };
const DOCKER_READY = 'until docker version > /dev/null 2>&1; do sleep 0.05; done';
const DOCKER_READY_MS = 60_000;

/** Real sandboxes of a course, with the mirror that their Docker pulls from. `close` gives back all of it. */
export async function openLab({ engine, courseId, imageTag, isBorrowed, close }: LabEngine): Promise<Lab> {
  // Whoever started it watches it: who borrows an engine must never restart it.
  engine.release();
  const mirror = createMirror(engine.facts);
  const driver = new DockerDriver({
    installation: `prove-${process.pid}`,
    place: async () => dockerPlace(engine.facts),
    imageFor: async () => imageTag,
    host: engine,
  });
  const sandboxes: Sandbox[] = [];
  const lab: Lab = {
    engine,
    mirror,
    async freshSandbox({ limits, network } = {}) {
      const spec = { sandboxId: `prove-${randomUUID()}`, courseId, limits: { ...LIMITS, ...limits } };
      const sandbox = await driver.create({ ...spec, ...(network && { network }) });
      sandboxes.push(sandbox);
      const argv = ['sh', '-c', DOCKER_READY] as const;
      await sandbox.exec({ argv, user: 'root', timeoutMs: DOCKER_READY_MS, maxOutputBytes: 1024 });
      return sandbox;
    },
    async close() {
      for (const sandbox of sandboxes) await sandbox.destroy();
      await driver.dispose();
      if (isBorrowed) mirror.release();
      else await mirror.stop();
      await close();
    },
  };
  try {
    await mirror.start();
    await mirror.seed();
    return lab;
  } catch (error) {
    await lab.close();
    throw error;
  }
}

import { randomUUID } from 'node:crypto';
import type { Sandbox, SnapshotRef } from '#server/sandboxes/driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { dockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import type { Engine } from '#server/sandboxes/engine/engine.ts';
import { createMirror, type Mirror } from '#server/sandboxes/registry/mirror.ts';
import { openTestEngine } from './engine-for-tests.ts';

export type Lab = {
  engine: Engine;
  mirror: Mirror;
  /** `from`: with what was kept then, instead of the course's image. */
  freshSandbox(asked?: { from?: SnapshotRef }): Promise<Sandbox>;
  close(): Promise<void>;
};

const LIMITS = { memoryMiB: 1024, cpus: 2, pids: 1024, diskMiB: 4096 };
const DOCKER_READY = 'until docker version > /dev/null 2>&1; do sleep 0.05; done';

/** Real sandboxes of the course, with the mirror that their Docker pulls from. */
export async function openLab(): Promise<Lab> {
  const isShared = process.env.CHAPTERHOUSE_TEST_ENGINE_SOCKET !== undefined;
  const { engine, courseId, imageTag, close } = await openTestEngine();
  // Whoever started it watches it: a suite that borrows an engine must never restart it.
  engine.release();
  const mirror = createMirror(engine.facts);
  await mirror.start();
  await mirror.seed();
  const driver = new DockerDriver({
    installation: `prove-${process.pid}`,
    place: async () => dockerPlace(engine.facts),
    imageFor: async () => imageTag,
    host: engine,
  });
  const sandboxes: Sandbox[] = [];
  return {
    engine,
    mirror,
    async freshSandbox({ from } = {}) {
      const spec = { sandboxId: `prove-${randomUUID()}`, courseId, limits: LIMITS };
      const sandbox = await driver.create({ ...spec, ...(from && { from }) });
      sandboxes.push(sandbox);
      const argv = ['sh', '-c', DOCKER_READY] as const;
      await sandbox.exec({ argv, user: 'root', timeoutMs: 60_000, maxOutputBytes: 1024 });
      return sandbox;
    },
    async close() {
      for (const sandbox of sandboxes) await sandbox.destroy();
      for (const kept of await driver.listSnapshots()) await driver.deleteSnapshot(kept);
      await driver.dispose();
      // A shared one goes on serving the other suites.
      if (isShared) mirror.release();
      else await mirror.stop();
      await close();
    },
  };
}

import Docker from 'dockerode';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { dockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import { openTestEngine } from '../support/engine-for-tests.ts';
import { describeSandboxContract } from './sandbox-contract.ts';

describeSandboxContract('docker', async () => {
  const { engine, courseId, imageTag, close } = await openTestEngine();
  // Whoever started it watches it: a suite that borrows an engine must never restart it.
  engine.release();
  const docker = new Docker({ socketPath: engine.facts.socket });
  const create = () =>
    new DockerDriver({
      installation: `contract-${process.pid}`,
      place: async () => ({ ...dockerPlace(engine.facts), mirrorPort: null }),
      imageFor: async () => imageTag,
      handOverCgroup: (containerId) => engine.handOverCgroup(containerId),
      diskUsage: () => engine.diskUsage(),
    });
  const driver = create();
  return {
    driver,
    courseId,
    // On btrfs the quota groups know it.
    tellsDisk: engine.status().storage?.driver === 'btrfs',
    another: create,
    killFromOutside: (sandbox) => docker.getContainer(sandbox.ref).kill(),
    async remains(sandboxId) {
      const containers = await docker.listContainers({ all: true, filters: { name: [sandboxId] } });
      return containers.map(({ Id }) => Id);
    },
    async dispose() {
      await driver.dispose();
      await close();
    },
  };
});

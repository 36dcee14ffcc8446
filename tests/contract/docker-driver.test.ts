import Docker from 'dockerode';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { engineFacts } from '#server/sandboxes/drivers/docker/docker-report.ts';
import { openTestEngine } from '../support/engine-for-tests.ts';
import { filterEngine } from '../support/filtered-engine.ts';
import { describeSandboxContract } from './sandbox-contract.ts';

describeSandboxContract('docker', async () => {
  const { engine, courseId, imageTag, close } = await openTestEngine();
  // Whoever started it watches it: a suite that borrows an engine must never restart it.
  engine.release();
  const docker = new Docker({ socketPath: engine.facts.socket });
  const installation = `contract-${process.pid}`;
  // As in the product: what the driver needs and the filter refuses would show here.
  const filtered = await filterEngine({ engine, installation, imageTag });
  const create = () =>
    new DockerDriver({
      installation,
      place: async () => filtered.place,
      imageFor: async () => imageTag,
      host: filtered,
      diskUsage: () => engine.diskUsage(),
    });
  const driver = create();
  return {
    driver,
    courseId,
    // On btrfs the quota groups know it.
    keepsWhole: engine.status().storage?.driver === 'btrfs',
    enforces: engineFacts(await docker.info(), true).enforces,
    tellsDisk: engine.status().storage?.driver === 'btrfs',
    another: create,
    killFromOutside: (sandbox) => docker.getContainer(sandbox.ref).kill(),
    async remains(sandboxId) {
      const containers = await docker.listContainers({ all: true, filters: { name: [sandboxId] } });
      return containers.map(({ Id }) => Id);
    },
    async dispose() {
      await driver.dispose();
      await filtered.close();
      await close();
    },
  };
});

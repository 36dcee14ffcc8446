import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { BubblewrapDriver } from '#server/sandboxes/drivers/bubblewrap/bubblewrap-driver.ts';
import { processesNaming } from '#server/sandboxes/drivers/bubblewrap/host-processes.ts';
import { describeSandboxContract } from './sandbox-contract.ts';

describeSandboxContract('bubblewrap', async () => {
  const folder = await mkdtemp('/tmp/ch-bwrap-');
  const dataDir = path.join(folder, 'boxes');
  await chmod(folder, 0o711);
  const shellIntegration = path.resolve('content/virtualization/sandbox/files/etc/chapterhouse/shell-integration.bash');
  const create = () => new BubblewrapDriver({ dataDir, shellIntegration, network: false });
  const driver = create();
  return {
    driver,
    courseId: 'virtualization',
    tellsDisk: true,
    enforces: [],
    keepsWhole: false,
    another: create,
    killFromOutside: (sandbox) => rm(sandbox.ref, { recursive: true }),
    async remains(sandboxId) {
      const names = (await readdir(dataDir)).filter((name) => name === sandboxId);
      const pids = await processesNaming(path.join(dataDir, sandboxId));
      return [...names, ...pids.map(String)];
    },
    async dispose() {
      await driver.dispose();
      await rm(folder, { recursive: true });
    },
  };
});

import { FakeDriver } from '#server/sandboxes/drivers/fake/fake-driver.ts';
import { FakeHost } from '#server/sandboxes/drivers/fake/fake-host.ts';
import { describeSandboxContract } from './sandbox-contract.ts';

describeSandboxContract('fake', async () => {
  const host = new FakeHost();
  const driver = new FakeDriver({ host });
  return {
    driver,
    courseId: 'virtualization',
    tellsDisk: true,
    enforces: [],
    keepsWhole: true,
    another: () => new FakeDriver({ host }),
    killFromOutside: async (sandbox) => host.kill(sandbox.sandboxId),
    remains: async (sandboxId) => (host.machines.has(sandboxId) ? [sandboxId] : []),
    dispose: () => driver.dispose(),
  };
});

/**
 * The server under test, a process of its own so that its memory and processor time can be read: the product's terminals,
 * spools and driver behind a bare door. Its one sandbox was made by the bench; each student has a shell of their own in it.
 */
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { BubblewrapDriver } from '#server/sandboxes/drivers/bubblewrap/bubblewrap-driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { SCROLLBACK_BYTES } from '#server/terminals/scrollback.ts';
import { SpoolStore } from '#server/terminals/spool/spool-store.ts';
import { startTerminalServer } from '../../support/terminal-server.ts';
import type { ServerPlan } from './plan.ts';

const plan: ServerPlan = JSON.parse(process.argv[2] ?? '');

async function adopted(): Promise<Sandbox> {
  const sandbox = await driver().adopt(plan.sandbox);
  if (sandbox === null) throw new Error('the sandbox is gone');
  return sandbox;
}

function driver() {
  const { place, installation, dataDir } = plan;
  if (place === null) return new BubblewrapDriver({ dataDir, shellIntegration: null, network: false });
  const unused = () => Promise.reject(new Error('the bench made the sandbox'));
  const host = { bindNetwork: unused, handOverCgroup: unused, holdStill: unused };
  return new DockerDriver({ installation, place: async () => place, imageFor: unused, host });
}

const sandbox = await adopted();
const { url } = await startTerminalServer({
  openShell: ({ enrollmentId, size }) => sandbox.openShell({ name: enrollmentId, size }),
  spools: {
    store: new SpoolStore({ folder: plan.spools, bytes: SCROLLBACK_BYTES }),
    // As in the product, where each student has a sandbox: a spool for each.
    sandboxOf: (student) => student,
  },
});
process.send?.(url);

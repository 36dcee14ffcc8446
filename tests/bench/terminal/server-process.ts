/**
 * The server under test, a process of its own so that its memory and processor time can be read: the product's terminals,
 * spools and driver behind a bare door. Its sandboxes were made by the bench; each student has a shell of their own in one.
 */
import type { Sandbox, SandboxRef } from '#server/sandboxes/driver.ts';
import { BubblewrapDriver } from '#server/sandboxes/drivers/bubblewrap/bubblewrap-driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { SCROLLBACK_BYTES } from '#server/terminals/scrollback.ts';
import { SpoolStore } from '#server/terminals/spool/spool-store.ts';
import { startTerminalServer } from '../../support/terminal-server.ts';
import { BUSY_SANDBOXES, type ServerPlan, SHELLS_IN_ONE } from './plan.ts';

const plan: ServerPlan = JSON.parse(process.argv[2] ?? '');

function adopted(): Promise<Sandbox[]> {
  const adopting = driver();
  const adopt = async (ref: SandboxRef) => {
    const sandbox = await adopting.adopt({ ...ref, waits: true });
    if (sandbox === null) throw new Error('the sandbox is gone');
    return sandbox;
  };
  return Promise.all(plan.sandboxes.map(adopt));
}

function driver() {
  const { place, installation, dataDir } = plan;
  if (place === null) return new BubblewrapDriver({ dataDir, shellIntegration: null, network: false });
  const unused = () => Promise.reject(new Error('the bench made the sandbox'));
  const host = { bindNetwork: unused, handOverCgroup: unused, holdStill: unused };
  return new DockerDriver({ installation, place: async () => place, imageFor: unused, host });
}

const sandboxes = await adopted();
const shells = { busy: 0, idle: 0 };

function nextSandbox(student: string): Sandbox {
  const isIdle = student.startsWith('idle-');
  // In turn: who makes the log comes first, once for each of them.
  const place = isIdle ? BUSY_SANDBOXES + Math.floor(shells.idle++ / SHELLS_IN_ONE) : shells.busy++ % BUSY_SANDBOXES;
  const sandbox = sandboxes[place];
  if (sandbox === undefined) throw new Error('more students than sandboxes were made for');
  return sandbox;
}

const { url } = await startTerminalServer({
  openShell: ({ enrollmentId, size }) => nextSandbox(enrollmentId).openShell({ name: enrollmentId, size }),
  spools: {
    store: new SpoolStore({ folder: plan.spools, bytes: SCROLLBACK_BYTES }),
    // As in the product, where each student has a sandbox: a spool for each.
    sandboxOf: (student) => student,
  },
});
process.send?.(url);

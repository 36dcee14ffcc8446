import type { SandboxRef } from '#server/sandboxes/driver.ts';
import type { DockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';

/** What a server under test is told: the sandbox to take over, and with which driver. Without a place: bubblewrap. */
export type ServerPlan = {
  sandbox: SandboxRef;
  place: DockerPlace | null;
  installation: string;
  dataDir: string;
  spools: string;
};

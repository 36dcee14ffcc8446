import type { SandboxRef } from '#server/sandboxes/driver.ts';
import type { DockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';

/** Terminals of one sandbox: it has a holder for them. */
export const SHELLS_IN_ONE = 24;
/** Of the sandboxes, those whose students type; the others' only look. */
export const BUSY_SANDBOXES = 4;

/** What a server under test is told: the sandboxes to take over, and with which driver. Without a place: bubblewrap. */
export type ServerPlan = {
  sandboxes: SandboxRef[];
  place: DockerPlace | null;
  installation: string;
  dataDir: string;
  spools: string;
};

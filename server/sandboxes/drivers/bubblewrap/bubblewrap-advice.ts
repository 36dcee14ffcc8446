import type { Advice } from '#server/sandboxes/driver.ts';

const instead = 'Let the product start its own engine: run it as root on a host with Docker installed.';

export const NO_NETWORK: Advice = {
  what: 'No network inside',
  ok: false,
  consequence: 'A course that asks for the image mirror or the internet gets neither here.',
  remedy: instead,
};

/** What bubblewrap alone cannot do; said, not hidden. */
export const UNENFORCED: readonly Advice[] = [
  {
    what: 'Memory, CPU and process limits are not enforced',
    ok: false,
    consequence: 'One student can slow the machine down for all.',
    remedy: instead,
  },
  {
    what: 'The disk limit is not enforced',
    ok: false,
    consequence: 'One student can fill the disk for all.',
    remedy: instead,
  },
  {
    what: 'No containers, systemd or Apptainer inside',
    ok: false,
    consequence: 'Steps that need them are shown as unavailable.',
    remedy: instead,
  },
];

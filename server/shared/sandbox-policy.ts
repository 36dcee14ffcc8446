/** What a sandbox may take and how long it lives: machine, then course, then class; each level may only be stricter than the machine. */
import { z } from 'zod';

/** As a course (`sandbox:` in course.yaml) or a class may set it; what is left out comes from the level above. */
export const sandboxLimits = z.strictObject({
  memoryMiB: z.int().min(128).optional(),
  cpus: z.number().min(0.1).optional(),
  pids: z.int().min(64).optional(),
  diskMiB: z.int().min(512).optional(),
  idleMinutes: z.int().min(5).optional(),
  lifetimeMinutes: z.int().min(15).optional(),
});
export type SandboxLimits = z.infer<typeof sandboxLimits>;

export const networkMode = z.enum(['none', 'mirror', 'internet']);

/** The `sandbox:` part of course.yaml. */
export const courseSandbox = sandboxLimits.extend({
  network: networkMode.default('mirror'),
  /** Warm sandboxes kept ready at all times. */
  pool: z.int().min(0).max(500).optional(),
});
export type CourseSandbox = z.infer<typeof courseSandbox>;

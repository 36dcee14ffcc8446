/** What a sandbox may take and how long it lives: machine, then course, then class; none above the machine's ceiling. */
import { z } from 'zod';

/** As a course (`sandbox:` in course.yaml) or a class may set it; what is left out comes from the level above. */
export const sandboxLimits = z.strictObject({
  memoryMiB: z.int().min(128).optional().describe('memory'),
  cpus: z.number().min(0.1).optional().describe('processors; 0.5 is half of one'),
  pids: z.int().min(64).optional().describe('processes and threads'),
  diskMiB: z.int().min(1024).optional().describe('what a student may write'),
  idleMinutes: z.int().min(5).optional().describe('ends after so long without a key, output or program'),
  lifetimeMinutes: z.int().min(15).optional().describe('ends after so long in any case'),
});
export type SandboxLimits = z.infer<typeof sandboxLimits>;

export const LIMIT_NAMES = ['memoryMiB', 'cpus', 'pids', 'diskMiB', 'idleMinutes', 'lifetimeMinutes'] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** What the kernel has to hold; idle time and lifetime are kept by the server itself. */
export const KERNEL_LIMITS = ['memoryMiB', 'cpus', 'pids', 'diskMiB'] as const satisfies LimitName[];
export type KernelLimit = (typeof KERNEL_LIMITS)[number];

/** Every limit decided. The machine's own times may be parts of a minute. */
export const limitAmounts = z.strictObject({
  memoryMiB: z.int().min(128),
  cpus: z.number().min(0.1),
  pids: z.int().min(64),
  diskMiB: z.int().min(1024),
  idleMinutes: z.number().positive(),
  lifetimeMinutes: z.number().positive(),
});
export type LimitAmounts = z.infer<typeof limitAmounts>;

/** What a sandbox gets where nobody says otherwise, and what no course or class may go beyond. */
export const machineLimits = z.strictObject({ defaults: limitAmounts, ceilings: limitAmounts });
export type MachineLimits = z.infer<typeof machineLimits>;

/** A default above the ceiling is cut to it. */
export function withinCeilings(amounts: LimitAmounts, ceilings: LimitAmounts): LimitAmounts {
  const cut = { ...amounts };
  for (const name of LIMIT_NAMES) cut[name] = Math.min(amounts[name], ceilings[name]);
  return cut;
}

export const networkMode = z.enum(['none', 'mirror', 'internet']);

/** The `sandbox:` part of course.yaml. */
export const courseSandbox = sandboxLimits.extend({
  network: networkMode.default('mirror').describe('nothing, the image mirror only, or public addresses as well'),
  pool: z.int().min(0).max(500).optional().describe('warm sandboxes kept ready at all times'),
});
export type CourseSandbox = z.infer<typeof courseSandbox>;

/** What one sandbox is begun with, and keeps until it ends. */
export const sandboxPolicy = z.strictObject({
  limits: z.strictObject({ memoryMiB: z.number(), cpus: z.number(), pids: z.number(), diskMiB: z.number() }),
  idleMs: z.number(),
  lifetimeMs: z.number(),
  /** From its beginning: no extension goes beyond it. */
  longestLifeMs: z.number(),
  network: networkMode,
});
export type SandboxPolicy = z.infer<typeof sandboxPolicy>;

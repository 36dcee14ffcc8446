import { z } from 'zod';
import type { SandboxStats } from '#server/sandboxes/driver.ts';

const NANOSECONDS = 1e9;

const containerStats = z.object({
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z.object({
    usage: z.number().default(0),
    /** `inactive_file` with cgroup v2, `total_inactive_file` with v1. */
    stats: z.record(z.string(), z.number()).default({}),
  }),
  pids_stats: z.object({ current: z.number().nullish() }),
});

/** What the engine measured. Page cache that the kernel would give back is not counted as used. */
export function statsFrom(answer: unknown, diskBytes: number | null): SandboxStats {
  const { cpu_stats, memory_stats, pids_stats } = containerStats.parse(answer);
  const cache = memory_stats.stats.inactive_file ?? memory_stats.stats.total_inactive_file ?? 0;
  return {
    cpuSeconds: cpu_stats.cpu_usage.total_usage / NANOSECONDS,
    memoryBytes: Math.max(0, memory_stats.usage - cache),
    diskBytes,
    pids: pids_stats.current ?? 0,
  };
}

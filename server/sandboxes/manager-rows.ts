import { log } from '#server/log.ts';
import type { SandboxRow } from '#server/shared/views.ts';
import type { SandboxStats } from './driver.ts';
import type { SeatState } from './manager-seat.ts';
import { cpuPercent } from './sandbox-rules.ts';

/** A row of the admin's table without its owner: names are the domain's affair. */
export type SandboxRowData = Omit<SandboxRow, 'owner' | 'isCopy' | 'classTitle'> & { enrollmentId: string };

export async function rowOf(state: SeatState, now: () => Date): Promise<SandboxRowData> {
  const stats = state.phase === 'ready' ? await statsOf(state) : null;
  return {
    sandboxId: state.sandboxId,
    enrollmentId: state.enrollmentId,
    courseId: state.courseId,
    driver: state.driver,
    phase: state.phase,
    ending: state.ending,
    createdAt: state.createdAt.toISOString(),
    cpuPercent: stats === null ? null : sampleCpu(state, { at: now(), cpuSeconds: stats.cpuSeconds }),
    memoryBytes: stats?.memoryBytes ?? null,
    diskBytes: stats?.diskBytes ?? null,
    lastActiveAt: state.lastActiveAt.toISOString(),
    warning: state.phase === 'ready' ? state.warning : null,
  };
}

async function statsOf(state: SeatState): Promise<SandboxStats | null> {
  try {
    return (await state.sandbox?.stats()) ?? null;
  } catch (error) {
    log.warn('sandbox.stats_failed', { sandboxId: state.sandboxId, err: error });
    return null;
  }
}

/** Against the sample before; one taken too soon after it is not kept. */
function sampleCpu(state: SeatState, sample: { at: Date; cpuSeconds: number }): number | null {
  const percent = cpuPercent(state.cpuSample, sample);
  if (state.cpuSample === null || percent !== null) state.cpuSample = sample;
  return percent;
}

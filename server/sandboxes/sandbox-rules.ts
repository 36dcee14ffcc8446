import type { SandboxPhase } from '#server/shared/protocol.ts';

export type SandboxSettings = {
  maxSandboxes: number;
  /** So long before an ending its student is told. */
  warnMs: number;
  /** How many are made at the same time; the others wait and are shown as queued. */
  createConcurrency: number;
};

/** In order: a sandbox moves to a later one only. */
export const PHASES = ['queued', 'creating', 'booting', 'ready', 'ending', 'gone'] as const satisfies SandboxPhase[];

export const mayMove = (from: SandboxPhase, to: SandboxPhase): boolean => PHASES.indexOf(to) > PHASES.indexOf(from);

/** The phases from which `to` may be reached. */
export const phasesBefore = (to: SandboxPhase): SandboxPhase[] => PHASES.filter((phase) => mayMove(phase, to));

/** Holds a seat of the host: everything but what is gone. */
export const isLive = (phase: SandboxPhase): boolean => phase !== 'gone';

/** What a restarted server does with a sandbox that its records call live. Half-made ones are never trusted. */
export function afterRestart(record: { phase: SandboxPhase; ref: string | null }): 'adopt' | 'discard' {
  return record.phase === 'ready' && record.ref !== null ? 'adopt' : 'discard';
}

export type CpuSample = { at: Date; cpuSeconds: number };

/** Share of one CPU between two samples, in percent; null when they are too close to tell. */
export function cpuPercent(before: CpuSample | null, after: CpuSample): number | null {
  if (before === null) return null;
  const seconds = (after.at.getTime() - before.at.getTime()) / 1000;
  if (seconds < 0.2) return null;
  return Math.max(0, Math.round(((after.cpuSeconds - before.cpuSeconds) / seconds) * 1000) / 10);
}

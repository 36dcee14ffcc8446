import type { KernelLimit } from './shared/sandbox-policy.ts';
import type { SystemView } from './shared/views.ts';

/** What the admin's page shows of the machine, the engine and the images, and what it can ask for. */
export interface SystemMonitor {
  view(): Promise<SystemView>;
  /** Builds the course's lab image again in the background; progress goes to the live topic `system`. */
  rebuildImage(courseId: string): void;
  /** Which limits of a sandbox this host really holds. */
  enforces(): Promise<KernelLimit[]>;
  /** True when a lesson could begin: database, engine and at least one lab image are ready. */
  readiness(): Promise<Readiness>;
}

export type Readiness = { ready: boolean; checks: { name: string; ok: boolean; detail: string }[] };

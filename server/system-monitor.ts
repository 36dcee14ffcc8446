import type { Readable } from 'node:stream';
import type { KernelLimit } from './shared/sandbox-policy.ts';
import type { DoctorFinding, MirrorView, SystemView } from './shared/views.ts';

/** What the admin's page shows of the machine, the engine and the images, and what it can ask for. */
export interface SystemMonitor {
  view(): Promise<SystemView>;
  /** Builds the course's lab image again in the background; progress goes to the live topic `system`. */
  rebuildImage(courseId: string): void;
  /** Which limits of a sandbox this host really holds. */
  enforces(): Promise<KernelLimit[]>;
  /** Null where sandboxes have no mirror. */
  readonly mirror: MirrorCare | null;
  /** What this host can do, looked at now; null where nobody can tell from here. */
  examine(): Promise<DoctorFinding[] | null>;
  /** True when a lesson could begin: database, engine and at least one lab image are ready. */
  readiness(): Promise<Readiness>;
}

/** The image mirror as an admin cares for it. */
export type MirrorCare = {
  view(): Promise<MirrorView>;
  /** Makes the stand-ins; answers the names of those that were not there. */
  seed(): Promise<string[]>;
  remove(image: { repository: string; tag: string }): Promise<void>;
  /** Takes in an archive of images as it comes: all of them, or none. */
  load(archive: Readable, signal?: AbortSignal): Promise<string[]>;
};

export type Readiness = { ready: boolean; checks: { name: string; ok: boolean; detail: string }[] };

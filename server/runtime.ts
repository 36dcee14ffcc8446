import type { CheckRunner } from './checks/runner.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { CourseImports } from './course-imports/course-imports.ts';
import type { CourseLibrary } from './courses/course-library.ts';
import { AppError } from './errors.ts';
import type { Facts } from './facts.ts';
import type { SandboxFiles } from './files/sandbox-files.ts';
import type { LiveHub } from './live/hub.ts';
import type { PreviewGateway } from './preview/gateway.ts';
import type { StepPreparer } from './replay/step-preparer.ts';
import type { MachineLimitSettings } from './sandboxes/machine-limits.ts';
import type { SandboxManager } from './sandboxes/manager.ts';
import type { PoolTargets } from './sandboxes/pool/pool-targets.ts';
import type { Copies } from './sandboxes/snapshots/copies.ts';
import type { Snapshots } from './sandboxes/snapshots/snapshots.ts';
import type { SystemMonitor } from './system-monitor.ts';
import type { Recordings } from './terminals/recording/recorder.ts';
import type { TerminalRegistry } from './terminals/registry.ts';

/** The live objects of this process. Types only are imported, so that no driver enters the pages' build. */
export type Runtime = {
  config: Config;
  clock: Clock;
  courses: CourseLibrary;
  imports: CourseImports;
  live: LiveHub;
  facts: Facts;
  sandboxes: SandboxManager;
  snapshots: Snapshots;
  copies: Copies;
  limits: MachineLimitSettings;
  poolTargets: PoolTargets;
  terminals: TerminalRegistry;
  recordings: Recordings;
  files: SandboxFiles;
  checks: CheckRunner;
  preparer: StepPreparer;
  system: SystemMonitor;
  previews: PreviewGateway;
};

/** The server's modules and the pages' bundle are two copies: the global object is what they share. */
const KEY = Symbol.for('chapterhouse.runtime');
const shared = globalThis as { [KEY]?: Runtime };

export function runtime(): Runtime {
  const current = shared[KEY];
  if (!current) throw new AppError('internal', 'the server has not composed its live objects yet');
  return current;
}

export function setRuntime(live: Runtime): void {
  shared[KEY] = live;
}

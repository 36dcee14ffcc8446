import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { findClassLimits } from './classrooms/class-limits-store.ts';
import type { Clock } from './clock.ts';
import type { Host } from './compose-host.ts';
import { imagesByCourse } from './compose-images.ts';
import { type CoursePlan, poolPlan } from './compose-pool.ts';
import type { Config } from './config.ts';
import type { CourseLibrary } from './courses/course-library.ts';
import type { LiveHub } from './live/hub.ts';
import { CapacityMeter } from './sandboxes/capacity-meter.ts';
import type { HostFacts } from './sandboxes/capacity-model.ts';
import type { MachineLimitSettings } from './sandboxes/machine-limits.ts';
import { createSandboxManager, type SandboxManager } from './sandboxes/manager.ts';
import { openPoolTargets, type PoolTargets } from './sandboxes/pool/pool-targets.ts';
import type { Snapshots } from './sandboxes/snapshots/snapshots.ts';
import { enrollmentOfSeat } from './shared/copy-seat.ts';
import { resolvePolicy } from './shared/limit-rules.ts';
import type { TerminalRegistry } from './terminals/registry.ts';

type SandboxParts = {
  config: Config;
  clock: Clock;
  host: Host;
  hub: LiveHub;
  courses: CourseLibrary;
  terminals: TerminalRegistry;
  limits: MachineLimitSettings;
  snapshots: Snapshots;
};

export type ComposedSandboxes = {
  manager: SandboxManager;
  capacity: CapacityMeter;
  targets: PoolTargets;
  /** How many warm ones each course should have now. */
  plan: () => Promise<CoursePlan[]>;
};

/** The kernel and the engine take turns in a start: two at once leave half of two processors unused. */
const CREATE_CONCURRENCY = 4;

/** The manager, its pool and what decides how many there may be. */
export async function composeSandboxes(parts: SandboxParts): Promise<ComposedSandboxes> {
  const { config, clock, limits, courses } = parts;
  const targets = await openPoolTargets(clock);
  const plan = () => poolPlan({ clock, courses, limits, targets, creationMs: () => manager.queue().creationMs });
  const capacity = await CapacityMeter.open({
    clock,
    facts: () => hostFacts(config.home),
    limits: () => limits.current().defaults,
    setting: config.sandbox.max,
    measured: async () => (await manager.rows()).flatMap(measuredOf),
  });
  const manager = createManager(parts, { capacity, plan });
  return { manager, capacity, targets, plan };
}

function createManager(parts: SandboxParts, { capacity, plan }: Pick<ComposedSandboxes, 'capacity' | 'plan'>) {
  const { clock, host, hub, courses, terminals, limits, config, snapshots } = parts;
  const { images } = host;
  return createSandboxManager({
    driver: host.driver,
    clock,
    settings: {
      get maxSandboxes() {
        return capacity.model().total;
      },
      warnMs: config.sandbox.warnMs,
      createConcurrency: CREATE_CONCURRENCY,
    },
    isPresent: (enrollmentId) => hub.isOnline(enrollmentId),
    isBusy: (enrollmentId) => terminals.isBusy(enrollmentId),
    saveBeforeEnding: (state, signal) => snapshots.saveBeforeEnding(state, signal),
    policyOf: async ({ enrollmentId, courseId }) =>
      resolvePolicy({
        machine: limits.current(),
        course: courses.course(courseId).sandbox,
        classroom: await findClassLimits(enrollmentOfSeat(enrollmentId)),
      }),
    wants: async () => (await plan()).flatMap(({ wants }) => wants),
    images: images && imagesByCourse(images, () => courses.list().map(({ courseId }) => courseId)),
  });
}

async function hostFacts(home: string): Promise<HostFacts> {
  return { memoryBytes: totalmem(), cpus: availableParallelism(), diskFreeBytes: await freeBytesAt(home) };
}

export async function freeBytesAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function measuredOf({ memoryBytes, diskBytes }: { memoryBytes: number | null; diskBytes: number | null }) {
  return memoryBytes === null ? [] : [{ memoryBytes, diskBytes }];
}

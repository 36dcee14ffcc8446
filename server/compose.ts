import path from 'node:path';
import { migrate } from '#prisma/migrate.ts';
import { configureAuth } from './accounts/configure-auth.ts';
import { createAutomaticChecks } from './checks/automatic-checks.ts';
import { createCheckRunner } from './checks/runner.ts';
import { passTimes } from './checks/step-began.ts';
import { createClassDoor } from './classrooms/create-class-door.ts';
import { systemClock } from './clock.ts';
import { composeCourses } from './compose-courses.ts';
import { createDoors } from './compose-doors.ts';
import { createHost, type Host } from './compose-host.ts';
import { composePreviews } from './compose-previews.ts';
import { composeRecordings } from './compose-recordings.ts';
import { composeSandboxes, freeBytesAt } from './compose-sandboxes.ts';
import { auditTurn } from './compose-watching.ts';
import type { Config } from './config.ts';
import type { CourseLibrary } from './courses/course-library.ts';
import { closeDatabase, openDatabase } from './db.ts';
import { createFacts, type Facts } from './facts.ts';
import { createSandboxFiles } from './files/sandbox-files.ts';
import type { Door } from './http-server.ts';
import { createLiveHub, type LiveHub } from './live/hub.ts';
import { log } from './log.ts';
import type { PreviewDoor } from './preview/gateway.ts';
import { enrollmentSeed } from './progress/enrollment-seed.ts';
import { findSeat } from './progress/progress-store.ts';
import { enrollmentProgress } from './progress/progress-view.ts';
import { recordCheckResult } from './progress/record-check-result.ts';
import { StepPreparer } from './replay/step-preparer.ts';
import { type Runtime, setRuntime } from './runtime.ts';
import { openMachineLimits } from './sandboxes/machine-limits.ts';
import type { SandboxManager } from './sandboxes/manager.ts';
import { findLiveIds } from './sandboxes/sandbox-store.ts';
import { Copies } from './sandboxes/snapshots/copies.ts';
import { Snapshots } from './sandboxes/snapshots/snapshots.ts';
import { createSystemStatus } from './system-status.ts';
import type { Recorder } from './terminals/recording/recorder.ts';
import { createTerminalRegistry, type TerminalRegistry } from './terminals/registry.ts';
import { SCROLLBACK_BYTES } from './terminals/scrollback.ts';
import { SpoolStore } from './terminals/spool/spool-store.ts';

export type Product = {
  doors: Door[];
  preview: PreviewDoor;
  driver: string;
  fallbackReason: string | null;
  /** Begins what goes on in the background: ending idle sandboxes. */
  begin(): void;
  /** Lets go of everything; sandboxes and their shells live on. */
  dispose(): Promise<void>;
};

const clock = systemClock;

/** Builds the live objects from the settings and joins them. The only place that knows all of them. */
export async function compose(config: Config): Promise<Product> {
  await migrate({ url: config.databaseUrl });
  await openDatabase({ url: config.databaseUrl });
  const imports = await composeCourses({ config, clock, mirror: () => host.mirror });
  const courses = imports.library;
  const hub = createLiveHub();
  const recordings = composeRecordings({ config, clock });
  const { recorder } = recordings;
  const facts = recordings.marking(createFacts(hub));
  configureAccounts(config, courses, facts);
  const host = await createHost(config);
  const sandboxOf = (seatId: string) => sandboxes.view(seatId).sandboxId;
  const { terminals, spools } = openTerminals({ config, recorder, sandboxOf });
  const limits = await openMachineLimits({ environment: config.sandbox.limits, clock });
  const snapshots = createSnapshots({ config, host, sandboxes: () => sandboxes });
  const composed = await composeSandboxes({ config, clock, host, hub, courses, terminals, limits, snapshots });
  const { capacity, targets: poolTargets } = composed;
  const sandboxes: SandboxManager = composed.manager;
  const copies = new Copies({ sandboxes, snapshots });
  const preparer = new StepPreparer({ sandboxes, library: courses, clock, seed: enrollmentSeed });
  const checks = createChecks({ courses, sandboxes, terminals, hub, facts, preparer });
  const automatic = createAutomaticChecks({
    terminals,
    checks,
    clock,
    courseOf: async (enrollmentId) => (await findSeat(enrollmentId))?.courseId ?? null,
  });
  const system = createSystemStatus({ host, composed, hub, clock, courses, home: config.home });
  joinSandboxes({ sandboxes, terminals, spools, hub, host });
  const { previews, ports } = composePreviews({ config, clock, sandboxes, terminals, hub });
  const parts = { previews, sandboxes, snapshots, copies, limits, poolTargets, terminals, checks, preparer, system };
  const files = createSandboxFiles({ sandboxes, terminals, limitBytes: config.uploadBytes });
  const live: Runtime = { config, clock, courses, imports, live: hub, facts, files, recordings: recorder, ...parts };
  setRuntime(live);
  // Before a page can come back: it would be told that its sandbox is gone.
  await sandboxes.adoptAll().catch((error: unknown) => log.error('sandbox.adopt_all_failed', error));
  const sweeping = await sweepSpools(spools);
  await snapshots.start().catch((error: unknown) => log.error('snapshot.reconcile_failed', error));
  const entrance = createDoors({ clock, courses, hub, sandboxes, terminals, facts, recorder, ports });
  return {
    doors: entrance.doors,
    preview: previews,
    driver: host.driver.name,
    fallbackReason: host.fallbackReason,
    begin() {
      sandboxes.start();
      capacity.start();
      recordings.start();
    },
    async dispose() {
      await entrance.dispose();
      sweeping[Symbol.dispose]();
      ports.dispose();
      previews.dispose();
      capacity[Symbol.dispose]();
      automatic[Symbol.dispose]();
      await preparer.dispose();
      await checks.dispose();
      await terminals.dispose();
      await recordings.dispose();
      await sandboxes.dispose();
      snapshots.dispose();
      await host.dispose();
      await closeDatabase();
    },
  };
}

type TerminalParts = { config: Config; recorder: Recorder; sandboxOf: (seatId: string) => string | null };

/** The shells, what they printed last on disk, and who writes it down. */
function openTerminals({ config, recorder, sandboxOf }: TerminalParts) {
  const spools = new SpoolStore({ folder: path.join(config.webHome, 'terminals'), bytes: SCROLLBACK_BYTES });
  const tap = recorder.tap.bind(recorder);
  return {
    spools,
    terminals: createTerminalRegistry({ clock, tap, spools: { store: spools, sandboxOf }, onTurn: auditTurn }),
  };
}

type SnapshotParts = { config: Config; host: Host; sandboxes: () => SandboxManager };

function createSnapshots({ config, host, sandboxes }: SnapshotParts): Snapshots {
  return new Snapshots({
    driver: host.driver,
    clock,
    sandboxes,
    currentStep: async (enrollmentId) => (await findSeat(enrollmentId))?.currentStep ?? null,
    quota: config.sandbox.snapshots,
    freeBytes: () => host.engine?.freeBytes() ?? freeBytesAt(config.home),
  });
}

function configureAccounts(config: Config, courses: CourseLibrary, facts: Facts): void {
  const door = createClassDoor({ library: courses });
  configureAuth({
    secret: config.secret,
    baseUrl: config.url,
    trustedOrigins: [],
    trustProxy: config.trustProxy,
    classDoor: {
      ...door,
      async join(request) {
        const joined = await door.join(request);
        facts.studentMoved(joined.enrollmentId);
        return joined;
      },
    },
  });
}

const SWEEP_MS = 10 * 60_000;

/** Now, and every so often: what a sandbox leaves that ended unseen. */
async function sweepSpools(spools: SpoolStore): Promise<Disposable> {
  const sweep = () => spools.sweep(findLiveIds).catch((error: unknown) => log.error('terminal.sweep_failed', error));
  await sweep();
  return clock.every(SWEEP_MS, () => void sweep());
}

type CheckParts = {
  courses: CourseLibrary;
  sandboxes: SandboxManager;
  terminals: TerminalRegistry;
  hub: LiveHub;
  facts: Facts;
  preparer: StepPreparer;
};

function createChecks({ courses, sandboxes, terminals, hub, facts, preparer }: CheckParts) {
  return createCheckRunner({
    library: courses,
    sandboxes,
    recentCommands: (enrollmentId) => terminals.recentCommands(enrollmentId),
    currentStep: async (enrollmentId) => (await findSeat(enrollmentId))?.currentStep ?? null,
    async passedSteps(seat) {
      const progress = await enrollmentProgress(seat.enrollmentId);
      // What was done for the student is not looked at by itself: it would be counted as theirs.
      return passTimes(Object.values(progress), preparer.doneForThem(seat));
    },
    seed: enrollmentSeed,
    record: recordCheckResult,
    publish(enrollmentId, event) {
      if (event.type === 'step') facts.stepChanged(enrollmentId, event.step);
      else hub.publish(`enrollment:${enrollmentId}`, event);
    },
    clock,
    language: () => 'en',
  });
}

type Joined = {
  sandboxes: SandboxManager;
  terminals: TerminalRegistry;
  spools: SpoolStore;
  hub: LiveHub;
  host: Host;
};

/** A sandbox's life as its student's page and terminals see it. */
function joinSandboxes({ sandboxes, terminals, spools, hub, host }: Joined): void {
  sandboxes.onChange((enrollmentId, view) => {
    hub.publish(`enrollment:${enrollmentId}`, { type: 'sandbox', sandbox: view });
    if (view.phase === 'ending' || view.phase === 'gone') terminals.endAll(enrollmentId, view.ending ?? 'gone');
    if (view.phase === 'gone' && view.sandboxId !== null) {
      spools.remove(view.sandboxId).catch((error: unknown) => log.error('terminal.spool_not_removed', error));
    }
  });
  sandboxes.onWarning((enrollmentId, warning) => terminals.warn(enrollmentId, warning));
  terminals.onActivity((enrollmentId) => sandboxes.touch(enrollmentId));
  hub.onPresence((_enrollmentId, online) => online && sandboxes.retry('sandbox_capacity'));
  host.engine?.onStateChange(({ phase }) => phase === 'running' && sandboxes.retry('engine_down'));
}

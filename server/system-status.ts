import { readFile, statfs } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { enrollmentOwners } from './classrooms/presence.ts';
import type { Clock } from './clock.ts';
import type { Host } from './compose-host.ts';
import type { ComposedSandboxes } from './compose-sandboxes.ts';
import type { CourseLibrary } from './courses/course-library.ts';
import { pingDatabase } from './db.ts';
import { errorCode } from './errors.ts';
import type { LiveHub } from './live/hub.ts';
import { capacityView, poolViews } from './pool-status.ts';
import type { EngineState } from './sandboxes/engine/engine.ts';
import type { SandboxManager } from './sandboxes/manager.ts';
import { copyOfSeat, enrollmentOfSeat } from './shared/copy-seat.ts';
import type { EnginePhase, EngineView, MachineView, SandboxRow, SystemProblem } from './shared/views.ts';
import type { Readiness, SystemMonitor } from './system-monitor.ts';

/** Problems kept for the admin's page, newest first. */
const KEPT_PROBLEMS = 20;

type StatusParts = {
  host: Host;
  composed: ComposedSandboxes;
  hub: LiveHub;
  clock: Clock;
  courses: CourseLibrary;
  home: string;
};

const ENGINE_PHASES: Record<EngineState['phase'], EnginePhase> = {
  stopped: 'off',
  starting: 'starting',
  running: 'ready',
  restarting: 'failed',
  stopping: 'stopping',
};

/** Gathers what the admin's page shows, and tells it when that changed. */
export function createSystemStatus({ host, composed, hub, clock, courses, home }: StatusParts): SystemMonitor {
  const { manager: sandboxes } = composed;
  const problems: SystemProblem[] = [];
  const note = (problem: Pick<SystemProblem, 'kind' | 'subject' | 'detail'>, remedy: string | null = null) => {
    problems.unshift({ at: clock.now().toISOString(), ...problem, remedy });
    problems.length = Math.min(problems.length, KEPT_PROBLEMS);
  };
  if (host.fallbackReason !== null)
    note({ kind: 'fallback', subject: host.driver.name, detail: host.fallbackReason }, 'npm run engine -- status');
  host.engine?.onStateChange((state) => {
    if (state.phase === 'restarting') note({ kind: 'engine', subject: '', detail: state.reason });
    hub.publish('system', { type: 'system_changed' });
  });
  host.images?.onChange(({ courseId, lines }) => {
    const view = host.images?.views().find((image) => image.courseId === courseId);
    if (!view) return;
    if (view.phase === 'failed' && view.error !== null) note({ kind: 'image', subject: courseId, detail: view.error });
    hub.publish('system', { type: 'image', courseId, phase: view.phase, percent: view.percent, lines });
  });
  sandboxes.pool?.onChange(() => hub.publish('system', { type: 'system_changed' }));
  sandboxes.onChange((_enrollmentId, view) => {
    if (view.phase === 'gone' && (view.ending === 'fault' || view.ending === 'memory' || view.error !== null)) {
      note({ kind: 'sandbox', subject: view.sandboxId ?? '', detail: view.error ?? view.ending ?? '' });
    }
    hub.publish('system', { type: 'system_changed' });
  });
  return {
    async view() {
      const [machine, rows, engine, pools] = await Promise.all([
        machineView(sandboxes, home),
        sandboxRows(sandboxes),
        engineView(host),
        poolViews(composed, host),
      ]);
      return {
        driver: host.driver.name,
        engine,
        images: host.images?.views() ?? [],
        machine,
        capacity: capacityView(composed),
        pools,
        sandboxes: rows,
        problems: [...courseProblems(courses, clock), ...networkProblems(host), ...problems],
      };
    },
    rebuildImage: (courseId) => host.images?.rebuild(courseId),
    mirror: host.mirror,
    examine: () => host.examine(),
    enforces: async () => (await host.driver.check()).enforces,
    readiness: () => readinessOf(host),
  };
}

/** What authors must mend, as the files are now. */
function courseProblems(courses: CourseLibrary, clock: Clock): SystemProblem[] {
  const at = clock.now().toISOString();
  return courses.problems().map((problem) => ({
    at,
    kind: 'course',
    subject: problem.at,
    detail: problem.what,
    remedy: problem.remedy,
  }));
}

/** Firewall rules that somebody took away: they are back, and whoever did it should know. */
function networkProblems({ engine }: Host): SystemProblem[] {
  const repairs = engine?.status().repairs ?? [];
  return repairs.map(({ at, what }) => ({ at, kind: 'network', subject: '', detail: what, remedy: null }));
}

async function engineView(host: Host): Promise<EngineView> {
  const report = await host.driver.check();
  const status = host.engine?.status();
  const gaps = (status?.gaps ?? []).map((what) => ({
    what,
    ok: false,
    consequence: 'This way out of a sandbox is not closed on this machine.',
    remedy: null,
  }));
  const limits = (status?.tightLimits ?? []).map((remedy) => ({
    what: 'A kernel limit is lower than a class needs',
    ok: false,
    consequence: 'After about ten sandboxes new ones will not boot.',
    remedy,
  }));
  const advice = [...gaps, ...limits, ...report.advice];
  const { enforces } = report;
  if (!status)
    return { phase: report.usable ? 'ready' : 'failed', detail: report.driver, error: null, advice, enforces };
  const { state, storage } = status;
  return {
    phase: ENGINE_PHASES[state.phase],
    detail: storage ? `dockerd, ${storage.driver}${storage.quota ? '' : ', no disk quota'}, user namespace` : null,
    error: state.phase === 'restarting' ? state.reason : null,
    advice,
    enforces,
  };
}

async function sandboxRows(sandboxes: SandboxManager): Promise<SandboxRow[]> {
  const rows = await sandboxes.rows();
  const owners = await enrollmentOwners(rows.map((row) => enrollmentOfSeat(row.enrollmentId)));
  return rows.map(({ enrollmentId, ...row }) => {
    const of = owners.get(enrollmentOfSeat(enrollmentId));
    const isCopy = copyOfSeat(enrollmentId) !== null;
    return { ...row, isCopy, owner: of?.owner ?? '?', classTitle: of?.classTitle ?? '?' };
  });
}

async function machineView(sandboxes: SandboxManager, home: string): Promise<MachineView> {
  const { total, used } = sandboxes.capacity();
  // Warm ones give way to a student.
  const taken = used - (sandboxes.pool?.size ?? 0);
  const [disk, available] = await Promise.all([statfs(home), availableMemory()]);
  return {
    seatsTotal: total,
    seatsFree: Math.max(0, total - taken),
    memoryTotalBytes: totalmem(),
    memoryUsedBytes: totalmem() - available,
    diskTotalBytes: disk.blocks * disk.bsize,
    diskUsedBytes: (disk.blocks - disk.bavail) * disk.bsize,
    loadPercent: Math.round(((loadavg()[0] ?? 0) / cpus().length) * 100),
  };
}

/** Bytes that programs could still take, caches counted as free: `MemAvailable` of proc_meminfo(5), in KiB there. */
async function availableMemory(): Promise<number> {
  const kib = /^MemAvailable:\s+(\d+) kB/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1];
  return Number(kib ?? 0) * 1024;
}

async function readinessOf(host: Host): Promise<Readiness> {
  const database = await pingDatabase().then(
    () => ({ name: 'database', ok: true, detail: 'answers' }),
    (error: unknown) => ({ name: 'database', ok: false, detail: errorCode(error) }),
  );
  const phase = host.engine?.status().state.phase;
  const engine = phase === undefined ? [] : [{ name: 'engine', ok: phase === 'running', detail: phase }];
  const images = (host.images?.views() ?? []).map((image) => ({
    name: `image ${image.courseId}`,
    ok: image.tag !== null,
    detail: image.percent === null ? image.phase : `${image.phase} ${image.percent} %`,
  }));
  const checks = [database, ...engine, ...images];
  return { ready: checks.every((check) => check.ok), checks };
}

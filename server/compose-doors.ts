import type { IncomingMessage } from 'node:http';
import type { Actor } from './accounts/permissions.ts';
import { relationToEnrollment, requirePermission } from './accounts/permissions.ts';
import { requireActor } from './accounts/session.ts';
import { recordingNotice } from './classrooms/class-recording.ts';
import { moveToStep } from './classrooms/move-to-step.ts';
import { requireClassroom } from './classrooms/require-classroom.ts';
import type { Clock } from './clock.ts';
import { composeWatching } from './compose-watching.ts';
import type { CourseLibrary } from './courses/course-library.ts';
import { AppError } from './errors.ts';
import type { Facts } from './facts.ts';
import type { Door } from './http-server.ts';
import { createLiveDoor, type Watch, type WatchRequest } from './live/door.ts';
import type { LiveHub } from './live/hub.ts';
import type { PortWatch } from './preview/port-watch.ts';
import { requireSeat } from './progress/require-copy.ts';
import { requireEnrollment } from './progress/require-enrollment.ts';
import type { SandboxManager } from './sandboxes/manager.ts';
import { copyOfSeat } from './shared/copy-seat.ts';
import { LIVE_SUBPROTOCOL, type LiveEvent, TERMINAL_SUBPROTOCOL } from './shared/protocol.ts';
import { createTerminalDoor } from './terminals/door.ts';
import type { Recorder } from './terminals/recording/recorder.ts';
import type { TerminalRegistry } from './terminals/registry.ts';
import type { WatchLedger } from './terminals/watching/watch-ledger.ts';

/** Longer than a lab image takes to build: who waits for it gets the prompt by itself. */
const SHELL_WAIT_MS = 30 * 60_000;

type DoorParts = {
  clock: Clock;
  courses: CourseLibrary;
  hub: LiveHub;
  sandboxes: SandboxManager;
  terminals: TerminalRegistry;
  facts: Facts;
  recorder: Recorder;
  ports: PortWatch;
};

export type Doors = { doors: Door[]; dispose(): Promise<void> };

/** The two WebSocket doors, each asking the permission table before anything is started or told. */
export function createDoors(parts: DoorParts): Doors {
  const watching = composeWatching(parts.clock);
  const terminal = terminalDoor(parts, watching);
  const live = liveDoor(parts);
  return {
    doors: [
      { path: '/ws/terminal', subprotocol: TERMINAL_SUBPROTOCOL, handle: terminal.handle },
      { path: '/ws/live', subprotocol: LIVE_SUBPROTOCOL, handle: live.handle },
    ],
    async dispose() {
      terminal.dispose();
      live.dispose();
      await watching.dispose();
    },
  };
}

function terminalDoor({ clock, sandboxes, terminals }: DoorParts, watching: WatchLedger) {
  return createTerminalDoor({
    registry: terminals,
    clock,
    async authorize(request, url) {
      const actor = await requireActor(headersOf(request));
      const enrollmentId = url.searchParams.get('enrollment') ?? '';
      const mayWrite = url.searchParams.get('watch') === null;
      const seat = mayWrite
        ? await requireSeat({ actor, seatId: enrollmentId, action: 'terminal:attach' })
        : await requireEnrollment({ actor, enrollmentId, action: 'terminal:watch' });
      return { enrollmentId, courseId: seat.courseId, person: actor, mayWrite };
    },
    watch: (begun) => watching.begin(begun),
    async openShell({ enrollmentId, courseId, name, size }) {
      // A page that comes back to an ended sandbox shows why it ended; a new one is the student's own choice.
      const { phase, error } = sandboxes.view(enrollmentId);
      if (phase === 'ending' || phase === 'gone')
        throw new AppError(error ?? 'sandbox_gone', `the sandbox is ${phase}`);
      const seat = { enrollmentId, courseId };
      return sandboxes.openShell(seat, { name, size }, AbortSignal.timeout(SHELL_WAIT_MS));
    },
  });
}

function liveDoor({ clock, courses, hub, sandboxes, facts, recorder, ports }: DoorParts) {
  return createLiveDoor<Actor>({
    hub,
    clock,
    authorize: (request) => requireActor(headersOf(request)),
    mayWatch,
    async initial(_actor, request): Promise<LiveEvent[]> {
      if (request.type === 'watch_enrollment') {
        const { enrollmentId } = request;
        const steps = await facts.steps(enrollmentId);
        return [
          { type: 'sandbox', sandbox: sandboxes.view(enrollmentId) },
          { type: 'recording', recording: await recordingNotice(enrollmentId) },
          { type: 'ports', ports: [...ports.ports(enrollmentId)] },
          ...steps.map((step): LiveEvent => ({ type: 'step', step })),
        ];
      }
      if (request.type === 'watch_system') return [{ type: 'system_changed' }];
      const rows = await facts.rows(request.classroomId);
      return rows.map((row): LiveEvent => ({ type: 'student', row }));
    },
    async onAtStep(actor, { enrollmentId, stepKey }) {
      const seat = await requireEnrollment({ actor, enrollmentId, action: 'progress:write' });
      courses.step(seat.courseId, stepKey);
      await moveToStep({ actor, enrollmentId, stepKey });
      recorder.atStep(enrollmentId, stepKey);
      facts.studentMoved(enrollmentId);
    },
  });
}

async function mayWatch(actor: Actor, request: WatchRequest): Promise<Watch> {
  if (request.type === 'watch_system') {
    requirePermission(actor, 'system:read', 'other');
    return { topics: ['system'], presence: null };
  }
  if (request.type === 'watch_classroom') {
    await requireClassroom({ actor, classroomId: request.classroomId, action: 'classroom:read' });
    return { topics: [`classroom:${request.classroomId}`], presence: null };
  }
  const { enrollmentId } = request;
  const seat = await requireSeat({ actor, seatId: enrollmentId, action: 'enrollment:read' });
  const own = copyOfSeat(enrollmentId) !== null || relationToEnrollment(actor, seat) === 'own';
  return { topics: [`enrollment:${enrollmentId}`], presence: own ? enrollmentId : null };
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

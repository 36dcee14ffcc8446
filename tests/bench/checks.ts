import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createAutomaticChecks } from '#server/checks/automatic-checks.ts';
import type { CheckedCourse } from '#server/checks/check-target.ts';
import { type CheckRunner, createCheckRunner } from '#server/checks/runner.ts';
import { passTimes } from '#server/checks/step-began.ts';
import { systemClock } from '#server/clock.ts';
import { composeCheck } from '#server/courses/check-script.ts';
import { enrollmentSeed } from '#server/progress/enrollment-seed.ts';
import { findSeat } from '#server/progress/progress-store.ts';
import { enrollmentProgress } from '#server/progress/progress-view.ts';
import { recordCheckResult } from '#server/progress/record-check-result.ts';
import type { Shell } from '#server/sandboxes/driver.ts';
import type { LiveEvent } from '#server/shared/protocol.ts';
import { createTerminalRegistry, type TerminalRegistry } from '#server/terminals/registry.ts';
import { type BenchRoom, openRoom } from './classroom.ts';
import { type Figure, single, spread, table } from './figures.ts';
import { printed } from './student.ts';

/**
 * `npm run bench:checks`: how soon a step turns green, on a real engine of its own (CHAPTERHOUSE_TEST_HOME,
 * CHAPTERHOUSE_TEST_ENGINE_INDEX), with the product's own terminals, checks and database. What is left to the screen is
 * one message on an open socket.
 */
const TIMES = Number(process.env.CHAPTERHOUSE_BENCH_TIMES ?? 20);
const CLASS = 10;
const PATIENCE_MS = 60_000;
process.env.CHAPTERHOUSE_LOG_LEVEL ??= 'error';

const library = readFileSync(path.resolve('content/checks/lib.sh'), 'utf8');
const check = (script: string) => ({ script: composeCheck(library, script), timeoutMs: 5000 });
/** Passes when the file is there. */
const fileCheck = (name: string) =>
  check(`[ -e /tmp/${name} ] && pass 'There.'\nfail 'Not yet.' nothing '/tmp/${name}'`);
/** Looks at what Docker has, as the checks of a course do. */
const dockerCheck = (name: string) =>
  check(`need_docker
containers | grep -q nobody && fail 'No.' a b
part 'Docker has none of it' "$(containers)" nothing true
part 'The file is there' nothing '/tmp/${name}' [ -e /tmp/${name} ]
all_parts 'Both.' 'Not yet.'`);

const stepKeys = (kind: string) => Array.from({ length: TIMES }, (_, i) => `${kind}/${i + 1}`);
const KINDS = { file: fileCheck, docker: dockerCheck, silent: fileCheck, crowd: fileCheck } as const;
type Kind = keyof typeof KINDS;
const COURSE: CheckedCourse = {
  chapters: Object.entries(KINDS).map(([kind, make]) => ({
    version: '1',
    steps: stepKeys(kind).map((stepKey) => ({
      stepKey,
      needs: [],
      values: {},
      check: make(stepKey.replace('/', '-')),
    })),
  })),
};

type Student = { enrollmentId: string; shell: Shell };

/** Students at work: who passes what, and how long after their prompt was back. */
class Desk {
  readonly runner: CheckRunner;
  readonly #room: BenchRoom;
  readonly #terminals: TerminalRegistry;
  readonly #here = new Map<string, string>();
  readonly #promptAt = new Map<string, number>();
  readonly #passed = new Map<string, (at: number) => void>();
  readonly #running = new Map<string, number>();
  mostAtOnce = 0;

  constructor(room: BenchRoom) {
    this.#room = room;
    this.#terminals = createTerminalRegistry({ clock: systemClock });
    this.runner = createCheckRunner({
      library: { course: () => COURSE },
      sandboxes: { find: (enrollmentId) => this.#counted(enrollmentId) },
      recentCommands: (enrollmentId) => this.#terminals.recentCommands(enrollmentId),
      currentStep: async (enrollmentId) => this.#here.get(enrollmentId) ?? null,
      passedSteps: async ({ enrollmentId }) =>
        passTimes(Object.values(await enrollmentProgress(enrollmentId)), { steps: [], at: new Date() }),
      seed: enrollmentSeed,
      record: recordCheckResult,
      publish: (enrollmentId, event) => this.#hear(enrollmentId, event),
      clock: systemClock,
      language: () => 'en',
    });
    // Before the checks hear of it: the moment that the student sees the prompt.
    this.#terminals.onCommandEnd((enrollmentId) => this.#promptAt.set(enrollmentId, performance.now()));
    createAutomaticChecks({
      terminals: this.#terminals,
      checks: this.runner,
      courseOf: async (enrollmentId) => (await findSeat(enrollmentId))?.courseId ?? null,
      clock: systemClock,
    });
  }

  async sitDown(): Promise<Student> {
    const enrollmentId = await this.#room.newcomer();
    const seat = { enrollmentId, courseId: this.#room.courseId };
    await this.#room.manager.open(seat);
    const given = { name: 'shell-1', size: { cols: 100, rows: 30 } };
    const shell = await this.#room.manager.openShell(seat, given, AbortSignal.timeout(PATIENCE_MS));
    await this.#terminals.attach({
      seatId: enrollmentId,
      shell: 'shell-1',
      size: given.size,
      openShell: async () => shell,
    });
    const sandbox = await this.#room.manager.whenReady(seat, AbortSignal.timeout(PATIENCE_MS));
    const argv = ['sh', '-c', 'until docker version; do sleep 0.1; done'] as const;
    await sandbox.exec({ argv, user: 'root', timeoutMs: PATIENCE_MS, maxOutputBytes: 1024 });
    return { enrollmentId, shell };
  }

  /** Types what passes the step; answers the time from the prompt's return, or from Enter, to the pass told. */
  async pass({ enrollmentId, shell }: Student, stepKey: string, from: 'prompt' | 'enter'): Promise<number> {
    this.#here.set(enrollmentId, stepKey);
    // After a pass the next step is looked at: what is typed into that look would be found at once.
    await this.runner.request({ enrollmentId, courseId: 'bench', stepKey: null, trigger: 'interval' });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#passed.set(`${enrollmentId} ${stepKey}`, resolve);
    const late = setTimeout(() => reject(new Error(`${stepKey} never passed`)), PATIENCE_MS);
    const enterAt = performance.now();
    shell.write(Buffer.from(`touch /tmp/${stepKey.replace('/', '-')}\r`));
    const toldAt = await promise.finally(() => clearTimeout(late));
    return toldAt - (from === 'prompt' ? (this.#promptAt.get(enrollmentId) ?? enterAt) : enterAt);
  }

  #hear(enrollmentId: string, event: LiveEvent): void {
    if (event.type !== 'step' || event.step.passedAt === null) return;
    this.#passed.get(`${enrollmentId} ${event.step.stepKey}`)?.(performance.now());
  }

  #counted(enrollmentId: string) {
    const sandbox = this.#room.manager.find(enrollmentId);
    if (!sandbox) return null;
    const exec: typeof sandbox.exec = async (asked) => {
      const now = (this.#running.get(enrollmentId) ?? 0) + 1;
      this.#running.set(enrollmentId, now);
      this.mostAtOnce = Math.max(this.mostAtOnce, now);
      try {
        return await sandbox.exec(asked);
      } finally {
        this.#running.set(enrollmentId, (this.#running.get(enrollmentId) ?? 1) - 1);
      }
    };
    return { capabilities: sandbox.capabilities, exec };
  }
}

async function oneByOne(desk: Desk, student: Student, kind: Kind, from: 'prompt' | 'enter'): Promise<number[]> {
  const times: number[] = [];
  for (const stepKey of stepKeys(kind)) times.push(await desk.pass(student, stepKey, from));
  return times;
}

async function measure(room: BenchRoom): Promise<Figure[]> {
  const desk = new Desk(room);
  const [first, ...others] = await Promise.all(Array.from({ length: CLASS }, () => desk.sitDown()));
  if (!first) return [];
  console.error('measuring: one student');
  const file = await oneByOne(desk, first, 'file', 'prompt');
  const docker = await oneByOne(desk, first, 'docker', 'prompt');
  console.error('measuring: a class at once');
  const crowd: number[] = [];
  for (const stepKey of stepKeys('crowd')) {
    crowd.push(...(await Promise.all([first, ...others].map((student) => desk.pass(student, stepKey, 'prompt')))));
  }
  console.error('measuring: a shell that does not tell');
  // The prompt that stands right behind the mark of the command's start: bash would swallow what is typed before it.
  const told = printed(first.shell, '\x1b]133;C\x07quiet# ');
  first.shell.write(Buffer.from("exec env -i HOME=/tmp PS1='quiet# ' sh\r"));
  await told;
  const silent = await oneByOne(desk, first, 'silent', 'enter');
  await desk.runner.dispose();
  return [
    spread('prompt back to a pass told: a file', file, 'ms', 'under 300 ms'),
    spread('prompt back to a pass told: Docker, two parts', docker, 'ms', 'under 300 ms'),
    spread(`prompt back to a pass told: ${CLASS} students at once`, crowd, 'ms'),
    spread('Enter to a pass told, where the shell does not tell', silent, 'ms', 'under 3000 ms'),
    single('checks of one student at the same time, at most', desk.mostAtOnce, 'count', '1'),
  ];
}

const room = await openRoom();
process.once('SIGINT', () => void room.close().finally(() => process.exit(130)));
try {
  console.log(table(await measure(room)));
} finally {
  await room.close();
}
process.exit();

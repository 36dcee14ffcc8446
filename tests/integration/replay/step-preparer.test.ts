import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '#server/clock.ts';
import type { Course, Step } from '#server/courses/course-model.ts';
import { studentValues } from '#server/courses/student-values.ts';
import { db } from '#server/db.ts';
import { errorCode } from '#server/errors.ts';
import { StepPreparer } from '#server/replay/step-preparer.ts';
import type { ExecRequest, ExecResult } from '#server/sandboxes/driver.ts';
import { FakeDriver } from '#server/sandboxes/drivers/fake/fake-driver.ts';
import { FakeHost } from '#server/sandboxes/drivers/fake/fake-host.ts';
import { createSandboxManager, type SandboxManager } from '#server/sandboxes/manager.ts';
import { seatAda } from '../../support/seat-ada.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const PATIENT = { timeout: 20_000 };
const ada = { enrollmentId: 'ada', courseId: 'unix' };
const never = new AbortController().signal;
const policy = {
  limits: { memoryMiB: 512, cpus: 1, pids: 100, diskMiB: 1024 },
  idleMs: 3_600_000,
  lifetimeMs: 7_200_000,
  longestLifeMs: 7_200_000,
  network: 'none' as const,
};
const root = { type: 'root' as const, children: [] };

function step(stepId: string, commands: string[], change: Partial<Step> = {}): Step {
  const words = {
    title: stepId,
    goal: stepId,
    body: root,
    hints: [],
    solution: null,
    shows: null,
    wrong: [],
    points: 1,
    values: {},
  };
  const check = { script: `check-${stepId}`, timeoutMs: 5000 };
  const key = { stepKey: `docker/${stepId}`, stepId, number: 1, question: null, needs: [] };
  return { ...words, ...key, check, commands, solutionCommands: [], ...change };
}

function courseOf(steps: Step[]): Course {
  const words = {
    title: '',
    lead: '',
    minutes: 5,
    language: 'en' as const,
    intro: root,
    outro: null,
    version: '1',
    values: {},
  };
  const chapters = [{ ...words, chapterId: 'docker', number: 1, steps }];
  const credits = { authors: '', licence: '', source: null, sourceLicence: null };
  return {
    courseId: 'unix',
    title: '',
    summary: '',
    credits,
    sandbox: { network: 'none' },
    values: {},
    translations: {},
    chapters,
    version: '1',
  };
}

const DONE: ExecResult = { exitCode: 0, timedOut: false, truncated: false, stdout: '', stderr: '' };

/** Everybody's checks pass but those named. */
class School {
  readonly host = new FakeHost();
  readonly checked: string[] = [];
  readonly environments: Record<string, string>[] = [];
  readonly failing = new Set<string>();
  /** Checks that do not come to an end, once each. */
  readonly slow = new Set<string>();
  readonly open: { manager: SandboxManager; preparer: StepPreparer }[] = [];

  begin(steps: Step[]) {
    const driver = new FakeDriver({
      host: this.host,
      capabilities: ['shell', 'containers', 'snapshot'],
      answerExec: (asked) => this.#answer(asked),
    });
    const manager = createSandboxManager({
      driver,
      clock: systemClock,
      settings: { maxSandboxes: 4, warnMs: 1000, createConcurrency: 2 },
      policyOf: async () => policy,
    });
    const library = { course: () => courseOf(steps) };
    const preparer = new StepPreparer({ sandboxes: manager, library, clock: systemClock, seed: async (id) => id });
    const parts = { manager, preparer };
    this.open.push(parts);
    return parts;
  }

  #answer({ argv, stdin, env }: ExecRequest): ExecResult | null {
    if (argv.join(' ').includes('docker version')) return DONE;
    const asked = /check-(\S+)/.exec(String(stdin))?.[1];
    if (asked === undefined) return null;
    this.checked.push(asked);
    this.environments.push(env ?? {});
    const timedOut = this.slow.delete(asked);
    const exitCode = timedOut ? null : this.failing.has(asked) ? 1 : 0;
    return { ...DONE, exitCode, timedOut };
  }
}

const replayIs = (manager: SandboxManager, wanted: object) =>
  vi.waitFor(() => expect(manager.view('ada').replay).toMatchObject(wanted), PATIENT);

describe.each(DATABASES)('back to the start of a step on %s', (kind) => {
  useTestDatabase(kind);
  let school = new School();
  afterEach(async () => {
    for (const { manager, preparer } of school.open) {
      await preparer.dispose();
      await manager.dispose();
    }
    school = new School();
  });

  test('the steps before it are done in order in a fresh sandbox, and count for nobody', PATIENT, async () => {
    await seatAda();
    const steps = [
      step('one', ['true']),
      step('vm', ['exit 1'], { needs: ['systemd'] }),
      step('two', ['exit 1'], { solutionCommands: ['echo two'] }),
      step('three', []),
    ];
    const { manager, preparer } = school.begin(steps);
    const before = await manager.whenReady(ada, never);
    const begun = new Date();
    const view = await preparer.prepareStep(ada, 'docker/three');
    expect(view.sandboxId).not.toBe(before.sandboxId);
    await replayIs(manager, { state: 'done', done: 3, of: 3, failedStep: null, stepKey: 'docker/three' });
    expect(school.checked).toEqual(['one', 'two']);
    expect(preparer.doneForThem(ada).steps).toEqual(['docker/one', 'docker/vm', 'docker/two']);
    const endedAt = manager.view('ada').replay?.endedAt ?? '';
    expect(preparer.doneForThem(ada).at).toEqual(new Date(endedAt));
    expect(Date.parse(endedAt)).toBeGreaterThanOrEqual(begun.getTime());
    expect(await db().stepProgress.count()).toBe(0);
    expect(await db().checkRun.count()).toBe(0);
    expect(await db().sandbox.count({ where: { ending: 'back_to_step' } })).toBe(1);
  });

  test('checks of the steps before it look for the student’s own values', PATIENT, async () => {
    await seatAda();
    const values = { name: { kind: 'word', list: 'animals' } } as const;
    const { manager, preparer } = school.begin([step('one', ['echo {{name}}'], { values }), step('two', [])]);
    await preparer.prepareStep(ada, 'docker/two');
    await replayIs(manager, { state: 'done' });
    const { name } = studentValues(values, 'ada');
    expect(school.environments).toContainEqual(expect.objectContaining({ CH_VALUE_NAME: name }));
  });

  test('before the first step there is nothing to do, and no step is made up', PATIENT, async () => {
    await seatAda();
    const { manager, preparer } = school.begin([step('one', ['true'])]);
    await preparer.prepareStep(ada, 'docker/one');
    await manager.whenReady(ada, never);
    expect(manager.view('ada')).toMatchObject({ phase: 'ready', replay: null });
    expect(await preparer.prepareStep(ada, 'docker/none').then(() => null, errorCode)).toBe('step_unknown');
    expect(manager.view('ada').phase).toBe('ready');
  });

  test('a step that does not pass is named, and another try can do better', PATIENT, async () => {
    await seatAda();
    const { manager, preparer } = school.begin([step('one', ['true']), step('two', ['true']), step('three', [])]);
    school.failing.add('two');
    await preparer.prepareStep(ada, 'docker/three');
    await replayIs(manager, { state: 'failed', failedStep: 'docker/two', done: 1, of: 2 });
    expect(manager.view('ada').phase).toBe('ready');
    school.failing.clear();
    await preparer.prepareStep(ada, 'docker/three');
    await replayIs(manager, { state: 'done', failedStep: null, done: 2 });
  });

  test('a check that took too long is tried again', PATIENT, async () => {
    await seatAda();
    const { manager, preparer } = school.begin([step('one', ['true']), step('two', [])]);
    school.slow.add('one');
    await preparer.prepareStep(ada, 'docker/two');
    await replayIs(manager, { state: 'done', done: 1, of: 1 });
    expect(school.checked).toEqual(['one', 'one']);
  });

  test('a new sandbox during a replay is the student’s own, and nothing more is typed into it', PATIENT, async () => {
    await seatAda();
    const { manager, preparer } = school.begin([step('endless', ['sleep']), step('two', [])]);
    await preparer.prepareStep(ada, 'docker/two');
    await replayIs(manager, { state: 'running', done: 0, of: 1 });
    await manager.reset(ada, 'reset_by_student');
    const fresh = await manager.whenReady(ada, never);
    await preparer.dispose();
    expect(manager.view('ada')).toMatchObject({ sandboxId: fresh.sandboxId, phase: 'ready', replay: null });
    expect(school.host.machines.get(fresh.sandboxId)?.shells.size).toBe(0);
  });

  test('who asks for another step during a replay gets that one', PATIENT, async () => {
    await seatAda();
    const steps = [step('one', ['true']), step('endless', ['sleep']), step('three', [])];
    const { manager, preparer } = school.begin(steps);
    await preparer.prepareStep(ada, 'docker/three');
    await replayIs(manager, { state: 'running', done: 1 });
    await preparer.prepareStep(ada, 'docker/endless');
    await replayIs(manager, { state: 'done', stepKey: 'docker/endless', done: 1, of: 1 });
  });

  test('who asks twice at once gets the later one, and one sandbox', PATIENT, async () => {
    await seatAda();
    const { manager, preparer } = school.begin([step('one', ['true']), step('two', ['true']), step('three', [])]);
    await Promise.all([preparer.prepareStep(ada, 'docker/two'), preparer.prepareStep(ada, 'docker/three')]);
    await replayIs(manager, { state: 'done', stepKey: 'docker/three', done: 2, of: 2 });
    await preparer.dispose();
    expect(school.host.machines.size).toBe(1);
  });

  test('a restart of the server during a replay is told as such, and the sandbox can be used', PATIENT, async () => {
    await seatAda();
    const steps = [step('one', ['true']), step('endless', ['sleep']), step('three', [])];
    const first = school.begin(steps);
    await first.preparer.prepareStep(ada, 'docker/three');
    await replayIs(first.manager, { state: 'running', done: 1 });
    await first.preparer.dispose();
    await first.manager.dispose();
    const { manager, preparer } = school.begin(steps);
    await manager.adoptAll();
    expect(manager.view('ada')).toMatchObject({
      phase: 'ready',
      replay: { state: 'interrupted', stepKey: 'docker/three', done: 1, of: 2, failedStep: null },
    });
    expect(preparer.doneForThem(ada).steps).toEqual(['docker/one', 'docker/endless']);
  });
});

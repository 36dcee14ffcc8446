import type { CheckResult } from '#server/checks/check-result.ts';
import type { Clock } from '#server/clock.ts';
import type { Course, Step } from '#server/courses/course-model.ts';
import { personalStep, studentValues } from '#server/courses/student-values.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { untilDockerAnswers } from '#server/sandboxes/docker-answers.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { checkStep } from './check-step.ts';
import { TypedShell } from './typed-shell.ts';

/** Not one of the shells that a page opens: what is typed in it counts for nobody. */
const SHELL = 'replay';
const CHECK_TRIES = 4;

/** The steps of the chapter that come before it. Throws `step_unknown`. */
export function stepsBefore(course: Course, stepKey: string): Step[] {
  const chapter = course.chapters.find(({ steps }) => steps.some((step) => step.stepKey === stepKey));
  if (!chapter) throw new AppError('step_unknown', `course ${course.courseId} has no step ${stepKey}`);
  return chapter.steps.slice(
    0,
    chapter.steps.findIndex((step) => step.stepKey === stepKey),
  );
}

/** The course's own way through a step: its solution where it has one, else the commands of its text. */
export const ownCommands = ({ solutionCommands, commands }: Step): readonly string[] =>
  solutionCommands.length > 0 ? solutionCommands : commands;

type ReplaySteps = {
  steps: readonly Step[];
  /** What the student's own values are drawn from. */
  seed: string;
  sandbox: Sandbox;
  clock: Clock;
  signal: AbortSignal;
  onDone: (done: number) => Promise<void>;
};

/** Does the steps in order as the student's user. Answers the key of the step that could not be done, or null. */
export async function replaySteps({
  steps,
  seed,
  sandbox,
  clock,
  signal,
  onDone,
}: ReplaySteps): Promise<string | null> {
  // A shell is there before the sandbox's own Docker is.
  await untilDockerAnswers(sandbox, signal);
  const shell = await TypedShell.open(sandbox, { name: SHELL, clock, signal });
  try {
    for (const [index, step] of steps.entries()) {
      if (!(await doStep(step, { seed, clock, sandbox, shell, signal }))) return step.stepKey;
      await onDone(index + 1);
    }
    return null;
  } finally {
    await shell.close().catch((error: unknown) => log.warn('replay.shell_left', { code: errorCode(error) }));
  }
}

type Doing = { seed: string; clock: Clock; sandbox: Sandbox; shell: TypedShell; signal: AbortSignal };

async function doStep(step: Step, { seed, clock, sandbox, shell, signal }: Doing): Promise<boolean> {
  // Nobody can do here what this host does not offer; the steps after it do not build on it.
  if (!step.needs.every((need) => sandbox.capabilities.includes(need))) return true;
  const since = clock.now();
  try {
    for (const block of ownCommands(personalStep(step, seed))) await shell.type(block);
    if (step.check === null) return true;
    const { commands } = shell;
    const values = studentValues(step.values, seed);
    const result = await finishedCheck({ check: step.check, values, sandbox, language: 'en', commands, since, signal });
    if (result.outcome !== 'passed')
      log.warn('replay.step_not_passed', { stepKey: step.stepKey, said: result.message });
    return result.outcome === 'passed';
  } catch (error) {
    signal.throwIfAborted();
    if (errorCode(error) === 'sandbox_gone') throw error;
    log.warn('replay.step_failed', { stepKey: step.stepKey, code: errorCode(error) });
    return false;
  }
}

/** A check that could not be carried out says nothing about the step: on a busy machine it is given another chance. */
async function finishedCheck(asked: Parameters<typeof checkStep>[0]): Promise<CheckResult> {
  let result = await checkStep(asked);
  for (let again = 1; again < CHECK_TRIES && result.outcome === 'fault'; again++) result = await checkStep(asked);
  return result;
}

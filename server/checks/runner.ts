import type { Clock } from '#server/clock.ts';
import { studentValues, type Values } from '#server/courses/student-values.ts';
import type { ValueSpecs } from '#server/courses/value-schema.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import type { LiveEvent, StepProgressView } from '#server/shared/protocol.ts';
import type { CommandRecord } from '#server/terminals/registry.ts';
import { type CheckResult, checkFault, checkResult, checkTimedOut, complaintOf } from './check-result.ts';
import { checkExec } from './check-script.ts';
import { CheckSlots } from './check-slots.ts';
import {
  automaticTarget,
  type CheckedCourse,
  namedTarget,
  type Place,
  type Target,
  targetAfter,
} from './check-target.ts';
import { type CheckRequest, type CheckTrigger, RequestLine } from './request-line.ts';
import { commandsSince, type PassTimes, stepBegan } from './step-began.ts';

export type { CheckRequest, CheckTrigger } from './request-line.ts';

/** Enough to keep two cores busy; a class that presses Check together waits a moment instead of slowing every shell. */
const DEFAULT_CONCURRENT = 4;
/** How much longer than its limit a check is waited for before its driver is not believed any more. */
const GRACE_MS = 5_000;

type Timed = CheckResult & { durationMs: number };

export type RecordedCheck = {
  enrollmentId: string;
  stepKey: string;
  contentVersion: string;
  trigger: CheckTrigger;
  /** When it began to look: what happens later belongs to the next step. */
  at: Date;
  result: Timed;
};

export type CheckRunnerOptions = {
  library: { course(courseId: string): CheckedCourse };
  sandboxes: { find(enrollmentId: string): Pick<Sandbox, 'exec' | 'capabilities'> | null };
  recentCommands(enrollmentId: string): readonly CommandRecord[];
  /** The step that the student has open. */
  currentStep(enrollmentId: string): Promise<string | null>;
  passedSteps(seat: { enrollmentId: string; courseId: string }): Promise<PassTimes>;
  record(check: RecordedCheck): Promise<StepProgressView>;
  publish(enrollmentId: string, event: LiveEvent): void;
  /** What the student's own values are drawn from. */
  seed(enrollmentId: string): Promise<string>;
  clock: Clock;
  language(enrollmentId: string): string;
  maxConcurrent?: number;
};

/** When a check runs and what becomes of its result. */
export interface CheckRunner {
  /**
   * Resolves when a run that began after the call has ended. Rejects only for `asked`, with what stands in the way.
   * `asked` is always recorded. By itself a check runs only until it has passed, and a failure is recorded only for
   * the step that the student has open.
   */
  request(request: CheckRequest): Promise<void>;
  dispose(): Promise<void>;
}

export function createCheckRunner(options: CheckRunnerOptions): CheckRunner {
  return new Runner(options);
}

type Run = Place & {
  enrollmentId: string;
  trigger: CheckTrigger;
  sandbox: Pick<Sandbox, 'exec' | 'capabilities'>;
  passed: Map<string, Date>;
};

class Runner implements CheckRunner {
  readonly #options: CheckRunnerOptions;
  readonly #slots: CheckSlots;
  readonly #lines = new Map<string, RequestLine>();
  readonly #stopping = new AbortController();

  constructor(options: CheckRunnerOptions) {
    this.#options = options;
    this.#slots = new CheckSlots(options.maxConcurrent ?? DEFAULT_CONCURRENT);
  }

  async request(request: CheckRequest): Promise<void> {
    if (this.#stopping.signal.aborted) throw new AppError('shutting_down', 'no new checks');
    const line = this.#lines.get(request.enrollmentId) ?? new RequestLine((next) => this.#run(next));
    this.#lines.set(request.enrollmentId, line);
    await line.add(request);
  }

  async dispose(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#lines.values()].map((line) => line.idle()));
    this.#lines.clear();
  }

  async #run(request: CheckRequest): Promise<void> {
    const run = await this.#prepare(request);
    if (!run) return;
    let target: Target | null = this.#target(run, request);
    let open = request.trigger === 'asked' || (request.trigger === 'command' && target?.stepKey === run.here);
    while (target && (await this.#check(run, target, open))) {
      target = targetAfter(target, run);
      open = false;
    }
  }

  async #prepare({ enrollmentId, courseId, trigger }: CheckRequest): Promise<Run | null> {
    const sandbox = this.#options.sandboxes.find(enrollmentId);
    if (!sandbox || this.#stopping.signal.aborted) {
      if (trigger !== 'asked') return null;
      throw new AppError(sandbox ? 'shutting_down' : 'sandbox_starting', 'no sandbox to look into');
    }
    const [here, passed] = await Promise.all([
      this.#options.currentStep(enrollmentId),
      this.#options.passedSteps({ enrollmentId, courseId }),
    ]);
    const course = this.#options.library.course(courseId);
    const { capabilities } = sandbox;
    return { enrollmentId, trigger, sandbox, course, here, capabilities, passed: new Map(passed) };
  }

  #target(run: Run, { stepKey, trigger }: CheckRequest): Target | null {
    if (trigger !== 'asked') return automaticTarget(run);
    const wanted = stepKey ?? run.here;
    const target = wanted === null ? (automaticTarget(run) ?? 'step_unavailable') : namedTarget(run, wanted);
    if (typeof target === 'string') throw new AppError(target, `${wanted} has no check to run here`);
    return target;
  }

  /** True when it passed. An `open` run is shown while it runs and recorded whatever comes of it. */
  async #check(run: Run, target: Target, open: boolean): Promise<boolean> {
    const { enrollmentId } = run;
    const { stepKey } = target;
    if (open) this.#options.publish(enrollmentId, { type: 'checking', stepKey, running: true });
    try {
      const began = this.#options.clock.now();
      const result = await this.#slots.run(() => this.#execute(run, target));
      if (!result) return false;
      const passed = result.outcome === 'passed';
      if (result.outcome === 'fault') log.warn('checks.fault', { enrollmentId, stepKey, reason: result.message });
      if (open || passed) await this.#record(run, target, { ...result, at: began });
      if (passed && !run.passed.has(stepKey)) run.passed.set(stepKey, began);
      return passed;
    } finally {
      if (open) this.#options.publish(enrollmentId, { type: 'checking', stepKey, running: false });
    }
  }

  async #record(run: Run, { stepKey, chapter }: Target, looked: Timed & { at: Date }): Promise<void> {
    const { enrollmentId, trigger } = run;
    const contentVersion = chapter.version;
    const { at, ...result } = looked;
    const step = await this.#options.record({ enrollmentId, stepKey, contentVersion, trigger, at, result });
    this.#options.publish(enrollmentId, { type: 'step', step });
  }

  /** Null when the sandbox ended meanwhile and nobody asked. */
  async #execute(run: Run, { stepKey, check, values: specs }: Target): Promise<Timed | null> {
    const { clock, language } = this.#options;
    const began = clock.now();
    const since = stepBegan(run.course, run.passed, stepKey);
    const commands = commandsSince(this.#options.recentCommands(run.enrollmentId), since);
    const values = await this.#values(run.enrollmentId, specs);
    const call = checkExec({ ...check, language: language(run.enrollmentId), commands, since, values });
    const limit = Promise.withResolvers<never>();
    const giveUp = new AbortController();
    using _ = clock.after(check.timeoutMs + GRACE_MS, () => {
      giveUp.abort();
      limit.reject(new AppError('timed_out', 'the sandbox did not end the check'));
    });
    const signal = AbortSignal.any([this.#stopping.signal, giveUp.signal]);
    const durationMs = () => clock.now().getTime() - began.getTime();
    try {
      const ended = await Promise.race([run.sandbox.exec({ ...call, signal }), limit.promise]);
      if (this.#stopping.signal.aborted) throw new AppError('shutting_down', 'stopped during a check');
      const result = checkResult(ended, check.timeoutMs);
      if (result.outcome === 'fault') log.warn('checks.complaint', { stepKey, stderr: complaintOf(ended) });
      return { ...result, durationMs: durationMs() };
    } catch (error) {
      const code = this.#stopping.signal.aborted ? 'shutting_down' : errorCode(error);
      if (code === 'sandbox_gone' || code === 'shutting_down') {
        if (run.trigger !== 'asked') return null;
        throw new AppError(code, 'the sandbox ended during a check', { cause: error });
      }
      log.error('checks.exec_failed', error, { enrollmentId: run.enrollmentId, stepKey });
      const fault = code === 'timed_out' ? checkTimedOut(check.timeoutMs) : checkFault(`It could not be run: ${code}.`);
      return { ...fault, durationMs: durationMs() };
    }
  }

  async #values(enrollmentId: string, specs: ValueSpecs): Promise<Values> {
    return Object.keys(specs).length === 0 ? {} : studentValues(specs, await this.#options.seed(enrollmentId));
  }
}

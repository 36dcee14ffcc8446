import type { Clock } from '#server/clock.ts';
import type { Course, Step } from '#server/courses/course-model.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { SandboxManager, Seat } from '#server/sandboxes/manager.ts';
import type { SandboxReplay, SandboxView } from '#server/shared/protocol.ts';
import { replaySteps, stepsBefore } from './replay-steps.ts';

type PreparerOptions = {
  sandboxes: Pick<SandboxManager, 'reset' | 'whenReady' | 'view' | 'replays'>;
  library: { course(courseId: string): Course };
  clock: Clock;
  /** What a student's own values are drawn from. */
  seed: (enrollmentId: string) => Promise<string>;
};

type Work = { seat: Seat; stepKey: string; sandboxId: string; steps: readonly Step[]; signal: AbortSignal };
type Running = { giveUp: AbortController; done: Promise<void> };

/** Brings a student to the start of a step: a fresh sandbox in which the steps before it are done by the course's own solutions. */
export class StepPreparer {
  readonly #options: PreparerOptions;
  readonly #running = new Map<string, Running>();
  /** Who asks twice at once is answered one after the other: two sandboxes would be begun for one seat. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #closing = false;

  constructor(options: PreparerOptions) {
    this.#options = options;
  }

  /** Answers when the fresh sandbox is begun; the rest goes on in the background and is told through the sandbox's view. */
  async prepareStep(seat: Seat, stepKey: string): Promise<SandboxView> {
    const { enrollmentId } = seat;
    const before = this.#turns.get(enrollmentId) ?? Promise.resolve();
    const view = before.then(() => this.#prepare(seat, stepKey));
    const turn = view.then(noop, noop).then(() => {
      if (this.#turns.get(enrollmentId) === turn) this.#turns.delete(enrollmentId);
    });
    this.#turns.set(enrollmentId, turn);
    return view;
  }

  async #prepare(seat: Seat, stepKey: string): Promise<SandboxView> {
    if (this.#closing) throw new AppError('shutting_down', 'no step is prepared any more');
    const { sandboxes, library } = this.#options;
    const steps = stepsBefore(library.course(seat.courseId), stepKey);
    await this.#giveUp(seat.enrollmentId);
    const { sandboxId } = await sandboxes.reset(seat, 'back_to_step');
    if (sandboxId === null) throw new AppError('sandbox_failed', `no sandbox was begun for ${seat.enrollmentId}`);
    if (steps.length > 0) {
      await sandboxes.replays.note(sandboxId, begun(stepKey, steps.length));
      this.#begin({ seat, stepKey, sandboxId, steps });
    }
    return sandboxes.view(seat.enrollmentId);
  }

  /** The steps that were done for the student in the sandbox they have now, none of them their own work, and until when. */
  doneForThem({ enrollmentId, courseId }: Seat): { steps: string[]; at: Date } {
    const { sandboxes, library, clock } = this.#options;
    const { replay } = sandboxes.view(enrollmentId);
    if (replay === null) return { steps: [], at: clock.now() };
    const steps = stepsBefore(library.course(courseId), replay.stepKey).map((step) => step.stepKey);
    return { steps, at: replay.state === 'running' ? clock.now() : new Date(replay.endedAt ?? 0) };
  }

  /** What is under way is told as interrupted by the next process. */
  async dispose(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#turns.values());
    await Promise.all([...this.#running.keys()].map((enrollmentId) => this.#giveUp(enrollmentId)));
  }

  async #giveUp(enrollmentId: string): Promise<void> {
    const running = this.#running.get(enrollmentId);
    running?.giveUp.abort(new AppError('sandbox_gone', 'another start was asked for'));
    await running?.done;
  }

  #begin(work: Omit<Work, 'signal'>): void {
    const { enrollmentId } = work.seat;
    const giveUp = new AbortController();
    const done = this.#run({ ...work, signal: giveUp.signal }).finally(() => {
      if (this.#running.get(enrollmentId)?.giveUp === giveUp) this.#running.delete(enrollmentId);
    });
    this.#running.set(enrollmentId, { giveUp, done });
  }

  /** Never rejects. */
  async #run({ seat, stepKey, sandboxId, steps, signal }: Work): Promise<void> {
    const { sandboxes, clock } = this.#options;
    const now = begun(stepKey, steps.length);
    const note = (change: Partial<SandboxReplay>) => sandboxes.replays.note(sandboxId, Object.assign(now, change));
    try {
      const sandbox = await sandboxes.whenReady(seat, signal);
      // The student asked for yet another one meanwhile.
      if (sandbox.sandboxId !== sandboxId) return;
      const seed = await this.#options.seed(seat.enrollmentId);
      const failedStep = await replaySteps({ steps, seed, sandbox, clock, signal, onDone: (done) => note({ done }) });
      await note({ state: failedStep === null ? 'done' : 'failed', failedStep, endedAt: clock.now().toISOString() });
    } catch (error) {
      if (signal.aborted) return;
      log.warn('replay.ended', { sandboxId, stepKey, code: errorCode(error) });
      await note({ state: 'failed', endedAt: clock.now().toISOString() }).catch((cause: unknown) =>
        log.error('replay.not_noted', cause, { sandboxId }),
      );
    }
  }
}

const noop = () => undefined;

const begun = (stepKey: string, of: number): SandboxReplay => ({
  stepKey,
  state: 'running',
  done: 0,
  of,
  failedStep: null,
  endedAt: null,
});

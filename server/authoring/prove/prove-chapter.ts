import type { CheckResult } from '#server/checks/check-result.ts';
import type { Chapter, Language, Step } from '#server/courses/course-model.ts';
import { personalChapter, studentValues } from '#server/courses/student-values.ts';
import { checkStep } from '#server/replay/check-step.ts';
import { ownCommands } from '#server/replay/replay-steps.ts';
import { TypedShell } from '#server/replay/typed-shell.ts';
import type { Capability, Sandbox } from '#server/sandboxes/driver.ts';

/** What is not as the chapter promises. Nothing found: the chapter is proven. */
export type Flaw = { stepKey: string; what: string; result: CheckResult | null; screen: string };
export type Proof = {
  flaws: Flaw[];
  /** Of each run of a step's check, in order. */
  checkMs: Record<string, number[]>;
  /** A whole step, its wrong answers and commands included. */
  stepMs: Record<string, number>;
  /** Steps that this sandbox cannot offer, with what it lacks. Nothing was tried in them. */
  skipped: Record<string, Capability[]>;
};

/** Any student's would do. */
const SEED = 'proof';

type ProveRequest = {
  chapter: Chapter;
  /** A fresh one: the chapter is done in it from the first step to the last. */
  sandbox: Sandbox;
  /** `page`: the wrong answers first, then the page's own commands. `solution`: the solutions where there are some. */
  way: 'page' | 'solution';
  /** Other commands for a step, which must do as well. */
  instead?: Record<string, string[]>;
  /** Whose values it is done with. */
  seed?: string;
  signal?: AbortSignal;
};

type ProverOptions = { language: Language; seed: string; signal: AbortSignal | undefined };

/** Does a chapter as a student would, step by step: the check must refuse, then wrong answers, then it must pass. */
export async function proveChapter(request: ProveRequest): Promise<Proof> {
  const { chapter, sandbox, way, instead = {}, seed = SEED, signal } = request;
  const prover = await Prover.open(sandbox, { language: 'en', seed, signal });
  for (const step of personalChapter(chapter, seed).steps) {
    const own = way === 'solution' ? ownCommands(step) : step.commands;
    await prover.step(step, { commands: instead[step.stepId] ?? own, withWrong: way === 'page' });
  }
  await prover.close();
  return prover.proof;
}

/** Every check of a chapter in a sandbox where nothing was done: each must refuse, and say what it wants. */
export async function refusesUntouched(chapter: Chapter, sandbox: Sandbox, signal?: AbortSignal): Promise<Proof> {
  const prover = await Prover.open(sandbox, { language: chapter.language, seed: SEED, signal });
  for (const step of chapter.steps) {
    if (prover.can(step)) await prover.refuses(step, { says: '', when: 'in a fresh sandbox', screen: '' });
  }
  await prover.close();
  return prover.proof;
}

class Prover {
  readonly proof: Proof = { flaws: [], checkMs: {}, stepMs: {}, skipped: {} };
  readonly #sandbox: Sandbox;
  readonly #shell: TypedShell;
  readonly #language: Language;
  readonly #seed: string;
  readonly #signal: AbortSignal | undefined;
  /** When the check of the step before began to look and passed. */
  #since: Date | null = null;

  private constructor(sandbox: Sandbox, shell: TypedShell, { language, seed, signal }: ProverOptions) {
    this.#sandbox = sandbox;
    this.#shell = shell;
    this.#language = language;
    this.#seed = seed;
    this.#signal = signal;
  }

  static async open(sandbox: Sandbox, options: ProverOptions): Promise<Prover> {
    const { signal } = options;
    return new Prover(sandbox, await TypedShell.open(sandbox, signal ? { signal } : {}), options);
  }

  close(): Promise<void> {
    return this.#shell.close();
  }

  /** False, and noted, where the sandbox lacks what the step needs. */
  can({ stepKey, needs }: Step): boolean {
    const missing = needs.filter((need) => !this.#sandbox.capabilities.includes(need));
    if (missing.length > 0) this.proof.skipped[stepKey] = missing;
    return missing.length === 0;
  }

  async step(step: Step, doing: { commands: readonly string[]; withWrong: boolean }): Promise<void> {
    if (!this.can(step)) return;
    const startedAt = performance.now();
    await this.#do(step, doing);
    this.proof.stepMs[step.stepKey] = Math.round(performance.now() - startedAt);
  }

  async #do(step: Step, { commands, withWrong }: { commands: readonly string[]; withWrong: boolean }): Promise<void> {
    await this.refuses(step, { says: '', when: 'before anything is done', screen: '' });
    for (const { commands: wrong, says, undo } of withWrong ? step.wrong : []) {
      const screen = await this.#type(wrong);
      await this.refuses(step, { says, when: `after the wrong answer ${wrong.join('; ')}`, screen });
      await this.#type(undo);
    }
    const screen = await this.#type(commands);
    const looked = new Date();
    const result = await this.#check(step);
    if (result?.outcome === 'passed') this.#since = looked;
    if (withWrong && step.shows && !screen.includes(step.shows)) {
      this.#flaw(step, `the terminal does not show "${step.shows}"`, { result, screen });
    }
    if (result && result.outcome !== 'passed') this.#flaw(step, 'does not pass after its commands', { result, screen });
  }

  async refuses(step: Step, { says, when, screen }: { says: string; when: string; screen: string }): Promise<void> {
    const result = await this.#check(step);
    if (!result) return;
    if (result.outcome !== 'failed') this.#flaw(step, `is not refused ${when}`, { result, screen });
    else if (!result.message.includes(says)) this.#flaw(step, `says not "${says}" ${when}`, { result, screen });
    else if (!result.seen || !result.wanted) this.#flaw(step, `gives no evidence ${when}`, { result, screen });
  }

  async #type(blocks: readonly string[]): Promise<string> {
    let screen = '';
    for (const block of blocks) screen += await this.#shell.type(block);
    return screen;
  }

  async #check({ check, stepKey, values: specs }: Step): Promise<CheckResult | null> {
    if (!check) return null;
    const startedAt = performance.now();
    const commands = this.#shell.commands;
    const signal = this.#signal;
    const result = await checkStep({
      check,
      values: studentValues(specs, this.#seed),
      sandbox: this.#sandbox,
      language: this.#language,
      commands,
      since: this.#since,
      ...(signal && { signal }),
    });
    this.proof.checkMs[stepKey] = [...(this.proof.checkMs[stepKey] ?? []), Math.round(performance.now() - startedAt)];
    return result;
  }

  #flaw(step: Step, what: string, evidence: Pick<Flaw, 'result' | 'screen'>): void {
    this.proof.flaws.push({ stepKey: step.stepKey, what, ...evidence });
  }
}

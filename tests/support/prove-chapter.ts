import type { CheckResult } from '#server/checks/check-result.ts';
import type { Chapter, Language, Step } from '#server/courses/course-model.ts';
import { personalChapter, studentValues } from '#server/courses/student-values.ts';
import { checkStep } from '#server/replay/check-step.ts';
import { ownCommands } from '#server/replay/replay-steps.ts';
import { TypedShell } from '#server/replay/typed-shell.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';

/** What is not as the chapter promises. Nothing found: the chapter is proven. */
export type Flaw = { stepKey: string; what: string; result: CheckResult | null; screen: string };
export type Proof = { flaws: Flaw[]; checkMs: Record<string, number[]> };

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
};

/** Does a chapter as a student would, step by step: the check must refuse, then wrong answers, then it must pass. */
export async function proveChapter({ chapter, sandbox, way, instead = {}, seed = SEED }: ProveRequest): Promise<Proof> {
  const prover = new Prover(sandbox, await TypedShell.open(sandbox), { language: 'en', seed });
  for (const step of personalChapter(chapter, seed).steps) {
    const own = way === 'solution' ? ownCommands(step) : step.commands;
    await prover.step(step, { commands: instead[step.stepId] ?? own, withWrong: way === 'page' });
  }
  await prover.close();
  return prover.proof;
}

/** Every check of a chapter in a sandbox where nothing was done: each must refuse, and say what it wants. */
export async function refusesUntouched(chapter: Chapter, sandbox: Sandbox): Promise<Proof> {
  const prover = new Prover(sandbox, await TypedShell.open(sandbox), { language: chapter.language, seed: SEED });
  for (const step of chapter.steps) await prover.refuses(step, { says: '', when: 'in a fresh sandbox', screen: '' });
  await prover.close();
  return prover.proof;
}

class Prover {
  readonly proof: Proof = { flaws: [], checkMs: {} };
  readonly #sandbox: Sandbox;
  readonly #shell: TypedShell;
  readonly #language: Language;
  readonly #seed: string;
  /** When the check of the step before began to look and passed. */
  #since: Date | null = null;

  constructor(sandbox: Sandbox, shell: TypedShell, { language, seed }: { language: Language; seed: string }) {
    this.#sandbox = sandbox;
    this.#shell = shell;
    this.#language = language;
    this.#seed = seed;
  }

  close(): Promise<void> {
    return this.#shell.close();
  }

  async step(step: Step, { commands, withWrong }: { commands: readonly string[]; withWrong: boolean }): Promise<void> {
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
    const result = await checkStep({
      check,
      values: studentValues(specs, this.#seed),
      sandbox: this.#sandbox,
      language: this.#language,
      commands,
      since: this.#since,
    });
    this.proof.checkMs[stepKey] = [...(this.proof.checkMs[stepKey] ?? []), Math.round(performance.now() - startedAt)];
    return result;
  }

  #flaw(step: Step, what: string, evidence: Pick<Flaw, 'result' | 'screen'>): void {
    this.proof.flaws.push({ stepKey: step.stepKey, what, ...evidence });
  }
}

import type { Code, Root, RootContent } from 'mdast';
import type { ContainerDirective } from 'mdast-util-directive';
import { visit } from 'unist-util-visit';
import { FENCES, fenceMistake, isRunnable } from './command-block.ts';
import { readAttributes } from './container-attributes.ts';
import type { Hint, Step, StepCheck, WrongAnswer } from './course-model.ts';
import { hintAttributes, stepAttributes, wrongAttributes } from './course-schema.ts';
import { inspectStepValues } from './inspect-values.ts';
import { isContainer } from './markdown-tree.ts';
import { type ProseContext, proseHtml } from './prose-html.ts';
import { type ParsedQuestion, parseQuestion } from './question-parser.ts';
import type { ValueSpecs } from './value-schema.ts';

/** Hints for anybody; those for what a check saw are only offered one at a time. */
export const MAX_HINTS = 3;

export type StepContext = ProseContext & {
  chapterId: string;
  values: ValueSpecs;
  /** The check of that name, ready to run, or null when there is no such file. */
  check: (name: string) => StepCheck | null;
};

/** One `step` container. Null when its attributes cannot be read; other mistakes are reported and passed over. */
export function parseStep(node: ContainerDirective, number: number, context: StepContext): Step | null {
  const attributes = readAttributes(node, stepAttributes, context.problems);
  if (!attributes) return null;
  const parts = sortParts(node, context);
  const question = oneOf(parts.questions, 'question', context);
  const solution = oneOf(parts.solutions, 'solution', context);
  const parsed = question ? parseQuestion(question, context) : null;
  const body = [...parts.body, ...(parsed?.prompt ?? [])];
  const step: Step = {
    stepKey: `${context.chapterId}/${attributes.id}`,
    stepId: attributes.id,
    number,
    title: attributes.title,
    goal: attributes.goal,
    commands: commandsOf(body),
    body: proseHtml(body, context),
    hints: parts.hints.map((hint) => parseHint(hint, context)),
    solutionCommands: solution ? commandsOf(solution.children) : [],
    solution: solution ? proseHtml(solution.children, context) : null,
    question: parsed?.question ?? null,
    check: attributes.check ? findCheck(node, attributes.check, context) : null,
    shows: attributes.shows ?? null,
    needs: attributes.needs ?? [],
    points: attributes.points ?? 1,
    values: context.values,
    wrong: parts.wrong.flatMap((wrong) => parseWrong(wrong, context)),
  };
  inspectHints(parts.hints, step, context);
  inspectStep(node, { checkNamed: attributes.check !== undefined, parsed, step }, context);
  return step;
}

function sortParts(node: ContainerDirective, { problems }: StepContext) {
  const parts = {
    body: [] as RootContent[],
    hints: [] as ContainerDirective[],
    solutions: [] as ContainerDirective[],
    questions: [] as ContainerDirective[],
    wrong: [] as ContainerDirective[],
  };
  for (const child of node.children) {
    if (isContainer(child, 'hint')) parts.hints.push(child);
    else if (isContainer(child, 'solution')) parts.solutions.push(child);
    else if (isContainer(child, 'question')) parts.questions.push(child);
    else if (isContainer(child, 'wrong')) parts.wrong.push(child);
    else if (isContainer(child, 'step') || isContainer(child, 'explanation')) {
      problems.add({ what: `a ${child.name} cannot stand inside a step`, at: child });
    } else parts.body.push(child);
  }
  return parts;
}

function oneOf(found: ContainerDirective[], name: string, { problems }: StepContext): ContainerDirective | null {
  const [first = null, second] = found;
  if (second) problems.add({ what: `a step has one ${name} at most`, at: second });
  return first;
}

function findCheck(node: ContainerDirective, name: string, context: StepContext): StepCheck | null {
  const check = context.check(name);
  if (!check) {
    context.problems.add({ what: `there is no check "${name}"`, remedy: `write checks/${name}.sh`, at: node });
  }
  return check;
}

/** Every runnable fence, in order. */
export function commandsOf(nodes: readonly RootContent[]): string[] {
  return fencesOf(nodes)
    .filter(isRunnable)
    .map((code) => code.value);
}

function fencesOf(nodes: readonly RootContent[]): Code[] {
  const fences: Code[] = [];
  visit({ type: 'root', children: [...nodes] } satisfies Root, 'code', (code: Code) => {
    fences.push(code);
  });
  return fences;
}

function parseHint(node: ContainerDirective, context: StepContext): Hint {
  const attributes = readAttributes(node, hintAttributes, context.problems);
  return { when: attributes?.when ?? null, body: proseHtml(node.children, context) };
}

/** A hint that no check asks for would never be seen. */
function inspectHints(nodes: readonly ContainerDirective[], { hints, check }: Step, { problems }: StepContext): void {
  const general = nodes.filter((_, index) => hints[index]?.when === null);
  const surplus = general[MAX_HINTS];
  if (surplus) {
    problems.add({
      what: `a step has at most ${MAX_HINTS} hints`,
      remedy: 'those with when= are not counted',
      at: surplus,
    });
  }
  for (const [index, { when }] of hints.entries()) {
    const at = nodes[index];
    if (when === null) continue;
    if (!new RegExp(`--hint[ =]+(["']?)${when}\\1(?![\\w-])`).test(check?.script ?? '')) {
      const remedy = `write fail --hint ${when} 'message' 'seen' 'wanted' in the check`;
      problems.add({ what: `the check never names the hint "${when}"`, remedy, at });
    }
    if (hints.findIndex((hint) => hint.when === when) !== index) {
      problems.add({ what: `two hints are for "${when}"`, at });
    }
  }
}

function parseWrong(node: ContainerDirective, context: StepContext): WrongAnswer[] {
  const attributes = readAttributes(node, wrongAttributes, context.problems);
  if (!attributes) return [];
  const commands = fencesOf(node.children).map((code) => code.value);
  if (commands.length === 0) {
    context.problems.add({ what: 'a wrong answer needs a block with its commands', at: node });
  }
  return [{ commands, says: attributes.says, undo: attributes.undo ? [attributes.undo] : [] }];
}

type Inspected = { checkNamed: boolean; parsed: ParsedQuestion | null; step: Step };

function inspectStep(node: ContainerDirective, { checkNamed, parsed, step }: Inspected, context: StepContext): void {
  const { problems } = context;
  if (checkNamed === (parsed !== null)) {
    const what = checkNamed ? 'has a check and a question' : 'has neither a check nor a question';
    problems.add({ what: `the step "${step.stepId}" ${what}`, remedy: 'give it exactly one of them', at: node });
  }
  if (checkNamed && step.commands.length + step.solutionCommands.length === 0) {
    problems.add({
      what: `the check of "${step.stepId}" cannot be proven`,
      remedy: 'give the step or its solution a ```bash run block',
      at: node,
    });
  }
  inspectStepValues(node, step, problems);
  for (const fence of fencesOf(node.children)) {
    const mistake = fenceMistake(fence);
    if (mistake) problems.add({ what: mistake, remedy: `allowed: ${FENCES}`, at: fence });
  }
}

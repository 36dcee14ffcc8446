import type { List, ListItem, Nodes, RootContent } from 'mdast';
import type { ContainerDirective } from 'mdast-util-directive';
import { readAttributes } from './container-attributes.ts';
import type { Choice, Question } from './course-model.ts';
import { type QuestionKind, questionAttributes } from './course-schema.ts';
import { isContainer } from './markdown-tree.ts';
import { isNumbered, isTable, matchPairs, orderLines } from './ordered-and-paired.ts';
import { plainText } from './plain-text.ts';
import type { ProseContext } from './prose-html.ts';

/** The question, and the words before its choices, which are part of the page's text. */
export type ParsedQuestion = { question: Question | null; prompt: RootContent[] };

const isChoices = (node: Nodes): node is List =>
  node.type === 'list' && node.children.some((item) => typeof item.checked === 'boolean');

/** The block that holds the answers of a question of that kind; the kinds answered in words have none. */
const ANSWERS: Record<QuestionKind, (node: Nodes) => boolean> = {
  choice: isChoices,
  choices: isChoices,
  order: isNumbered,
  match: isTable,
  text: () => false,
  free: () => false,
};

/** Reads a `question` container. The question is null where a mistake was reported that leaves nothing to ask. */
export function parseQuestion(node: ContainerDirective, context: ProseContext): ParsedQuestion {
  const attributes = readAttributes(node, questionAttributes, context.problems);
  const answers = attributes && node.children.find(ANSWERS[attributes.kind]);
  const told = node.children.filter((child) => isContainer(child, 'explanation'));
  const prompt = node.children.filter((child) => child !== answers && !isContainer(child, 'explanation'));
  const [first] = told;
  if (!first || told.length > 1) {
    context.problems.add({
      what: 'a question has exactly one explanation',
      remedy: 'put :::explanation … ::: inside it; the student reads it after the right answer',
      at: node,
    });
  }
  if (!attributes || !first) return { question: null, prompt };
  const { kind, accept, placeholder = '' } = attributes;
  if (accept !== undefined && kind !== 'text') {
    context.problems.add({ what: 'accept belongs to questions of kind text', at: node });
  }
  return { question: ask({ node, kind, accept, placeholder, explanation: plainText(first) }, context), prompt };
}

type Asked = {
  node: ContainerDirective;
  kind: QuestionKind;
  accept: string | undefined;
  placeholder: string;
  explanation: string;
};

function ask({ node, kind, accept, placeholder, explanation }: Asked, context: ProseContext): Question {
  const { problems } = context;
  switch (kind) {
    case 'choice':
    case 'choices':
      return { kind, choices: choicesOf(node, kind, context), explanation };
    case 'order':
      return { kind, lines: orderLines(node, problems), explanation };
    case 'match':
      return { kind, ...matchPairs(node, problems), explanation };
    case 'text': {
      const accepted = (accept ?? '').split('|').map((one) => one.trim());
      if (accepted.includes('')) inWords(node, 'give it accept="one|another" and no list of choices', context);
      refuseChoices(node, context);
      return { kind, accept: accepted.filter(Boolean), placeholder, explanation };
    }
    case 'free':
      refuseChoices(node, context);
      return { kind, placeholder, explanation };
  }
}

function refuseChoices(node: ContainerDirective, context: ProseContext): void {
  if (node.children.some(isChoices)) inWords(node, 'leave the list of choices out', context);
}

function inWords(node: ContainerDirective, remedy: string, { problems }: ProseContext): void {
  const kind = node.attributes?.kind ?? 'text';
  problems.add({ what: `a question of kind ${kind} is answered in words`, remedy, at: node });
}

function choicesOf(node: ContainerDirective, kind: 'choice' | 'choices', { problems }: ProseContext): Choice[] {
  const choices = node.children.find(isChoices)?.children.map(toChoice) ?? [];
  const right = choices.filter((choice) => choice.correct).length;
  if (choices.length < 2) {
    problems.add({ what: 'a question offers at least two choices', remedy: '- [x] right and - [ ] wrong', at: node });
  } else if (kind === 'choice' && right !== 1) {
    problems.add({ what: `a question of kind choice has one right answer, not ${right}`, at: node });
  } else if (right === 0) {
    problems.add({ what: 'a question has at least one right answer', remedy: 'mark it - [x]', at: node });
  }
  return choices;
}

/** Ids go by place (`a`, `b`, …), so that a translation has the same ones. */
function toChoice(item: ListItem, index: number): Choice {
  return { id: String.fromCharCode(97 + index), label: plainText(item), correct: item.checked === true };
}

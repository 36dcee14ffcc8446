import type { List, ListItem, Nodes, RootContent } from 'mdast';
import type { ContainerDirective } from 'mdast-util-directive';
import { readAttributes } from './container-attributes.ts';
import type { Choice, Question } from './course-model.ts';
import { questionAttributes } from './course-schema.ts';
import { isContainer } from './markdown-tree.ts';
import type { ProseContext } from './prose-html.ts';

/** The question, and the words before its choices, which are part of the page's text. */
export type ParsedQuestion = { question: Question | null; prompt: RootContent[] };

export function parseQuestion(node: ContainerDirective, context: ProseContext): ParsedQuestion {
  const attributes = readAttributes(node, questionAttributes, context.problems);
  const isChoices = (child: Nodes): child is List =>
    child.type === 'list' && child.children.some((item) => typeof item.checked === 'boolean');
  const list = node.children.find(isChoices);
  const told = node.children.filter((child) => isContainer(child, 'explanation'));
  const prompt = node.children.filter((child) => child !== list && !isContainer(child, 'explanation'));
  const [first] = told;
  if (!first || told.length > 1) {
    context.problems.add({
      what: 'a question has exactly one explanation',
      remedy: 'put :::explanation … ::: inside it; the student reads it after the right answer',
      at: node,
    });
  }
  if (!attributes || !first) return { question: null, prompt };
  const explanation = plainText(first);
  if (attributes.kind === 'text') {
    const accept = (attributes.accept ?? '').split('|').map((one) => one.trim());
    if (accept.includes('') || list) textMistake(node, context);
    const placeholder = attributes.placeholder ?? '';
    return { question: { kind: 'text', accept: accept.filter(Boolean), placeholder, explanation }, prompt };
  }
  const choices = list ? list.children.map(toChoice) : [];
  inspectChoices({ node, choices, kind: attributes.kind, hasAccept: attributes.accept !== undefined }, context);
  return { question: { kind: attributes.kind, choices, explanation }, prompt };
}

function textMistake(node: ContainerDirective, { problems }: ProseContext): void {
  problems.add({
    what: 'a question of kind text is answered in words',
    remedy: 'give it accept="one|another" and no list of choices',
    at: node,
  });
}

/** Ids go by place (`a`, `b`, …), so that a translation has the same ones. */
function toChoice(item: ListItem, index: number): Choice {
  return { id: String.fromCharCode(97 + index), label: plainText(item), correct: item.checked === true };
}

type ChoiceInspection = { node: ContainerDirective; choices: Choice[]; kind: 'choice' | 'choices'; hasAccept: boolean };

function inspectChoices({ node, choices, kind, hasAccept }: ChoiceInspection, { problems }: ProseContext): void {
  const right = choices.filter((choice) => choice.correct).length;
  if (choices.length < 2) {
    problems.add({ what: 'a question offers at least two choices', remedy: '- [x] right and - [ ] wrong', at: node });
  } else if (kind === 'choice' && right !== 1) {
    problems.add({ what: `a question of kind choice has one right answer, not ${right}`, at: node });
  } else if (right === 0) {
    problems.add({ what: 'a question has at least one right answer', remedy: 'mark it - [x]', at: node });
  }
  if (hasAccept) problems.add({ what: 'accept belongs to questions of kind text', at: node });
}

/** Words only, paragraphs kept apart: explanations and labels travel as strings. */
function plainText(node: Nodes): string {
  if (node.type === 'break') return ' ';
  if ('value' in node) return node.type === 'html' ? '' : node.value;
  if (!('children' in node)) return '';
  const blocks = node.type === 'containerDirective' || node.type === 'listItem';
  return node.children
    .map(plainText)
    .filter((part) => !blocks || part !== '')
    .join(blocks ? '\n\n' : '')
    .replace(/(?<!\n)\n(?!\n)/g, ' ');
}

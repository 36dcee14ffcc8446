import type { Nodes, Parents } from 'mdast';
import type { Language } from '../course-model.ts';
import { type ChapterPage, lineOf, stepsOf } from './course-sources.ts';
import type { Finding } from './finding.ts';

/**
 * Ease of reading, about 0 (a statute) to 100 (a children's book): a − b × words per sentence − c × syllables per word.
 * English: Flesch's formula. French: that of Kandel and Moles, whose weights suit its longer words.
 */
const FORMULAS: Record<Language, { a: number; b: number; c: number }> = {
  en: { a: 206.835, b: 1.015, c: 84.6 },
  fr: { a: 207, b: 1.015, c: 73.6 },
};

/** Below it a beginner stumbles. A chapter with the words that its subject needs stays above. */
export const EASE_WANTED: Record<Language, number> = { en: 50, fr: 50 };
/** A text of fewer words says nothing about its writer. */
const WORDS_WANTED = 80;

export type Readability = { ease: number; words: number; sentences: number };

/** Of plain prose; a blank line ends a sentence too. */
export function readability(text: string, language: Language): Readability {
  const sentences = text.split(/[.!?…]+(?=[\s"”»)]|$)|\n{2,}/u).filter((part) => /\p{L}/u.test(part)).length;
  const words = text.match(/\p{L}+(?:['’-]\p{L}+)*/gu) ?? [];
  if (words.length === 0 || sentences === 0) return { ease: 100, words: 0, sentences: 0 };
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word, language), 0);
  const { a, b, c } = FORMULAS[language];
  return { ease: a - (b * words.length) / sentences - (c * syllables) / words.length, words: words.length, sentences };
}

/** Groups of vowels, without the endings that nobody speaks. */
function syllablesOf(word: string, language: Language): number {
  const plain = word.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  const spoken =
    language === 'en'
      ? plain.replace(/(?<=[^aeiouyl])(?:e|es|ed)$/, '')
      : plain.replace(/(?<=[^aeiou])(?:e|es|ent)$/, '');
  return Math.max(1, spoken.match(/[aeiouy]+/g)?.length ?? 0);
}

/** Steps, and the text around them, that are hard to read. A warning, as a formula knows no subject. */
export function lintReading(page: ChapterPage): Finding[] {
  const steps = stepsOf(page).map(({ stepId, node }) => ({ name: `the step "${stepId}"`, line: lineOf(node), node }));
  const outside = page.tree.children.filter((node) => !steps.some((step) => step.node === node));
  const around = { name: 'the text outside the steps', line: 1, node: { type: 'root' as const, children: outside } };
  return [around, ...steps].flatMap(({ name, line, node }) => {
    const { ease, words, sentences } = readability(proseOf(node), page.language);
    if (words < WORDS_WANTED || ease >= EASE_WANTED[page.language]) return [];
    return [
      {
        severity: 'warning' as const,
        file: page.file,
        line,
        what: `${name} is hard to read: ${Math.round(ease)} of 100, ${Math.round(words / sentences)} words a sentence`,
        remedy: `aim above ${EASE_WANTED[page.language]}: shorter sentences first, then shorter words`,
      },
    ];
  });
}

/** Words only; a piece of code counts as one short word, and a block of it as none. */
export function proseOf(node: Nodes): string {
  if (node.type === 'text') return node.value;
  if (node.type === 'inlineCode') return 'x';
  if (node.type === 'break') return ' ';
  if (!('children' in node)) return '';
  const joint = BLOCKS.has(node.type) ? '\n\n' : '';
  return (node as Parents).children.map(proseOf).filter(Boolean).join(joint);
}

const BLOCKS = new Set<string>(['root', 'containerDirective', 'blockquote', 'list', 'listItem', 'table', 'tableRow']);

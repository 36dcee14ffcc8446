import type { List, Nodes, Table } from 'mdast';
import type { ContainerDirective } from 'mdast-util-directive';
import type { MatchPair } from './course-model.ts';
import { plainText } from './plain-text.ts';
import type { ProblemList } from './problem-list.ts';

/** What a student can still look over on a phone. */
const MAX_LINES = 12;

export const isNumbered = (node: Nodes): node is List => node.type === 'list' && node.ordered === true;
export const isTable = (node: Nodes): node is Table => node.type === 'table';

/** The lines of a question of kind order, as the author has them: in the right order. */
export function orderLines(node: ContainerDirective, problems: ProblemList): string[] {
  const list = node.children.find(isNumbered);
  const lines = list?.children.map(plainText) ?? [];
  const remedy = 'write the lines as a numbered list in the right order; the page shuffles them';
  if (lines.length < 2 || lines.length > MAX_LINES) {
    const what = `a question of kind order has 2 to ${MAX_LINES} lines, not ${lines.length}`;
    problems.add({ what, remedy, at: list ?? node });
  }
  inspectTwice(lines, { what: 'lines', at: list ?? node, problems });
  return lines;
}

export type Pairing = { heads: [string, string]; pairs: MatchPair[]; options: string[] };

/**
 * The two columns of a question of kind match. What stands right may belong to several rows and is offered once; a row
 * without its left side only adds an offer.
 */
export function matchPairs(node: ContainerDirective, problems: ProblemList): Pairing {
  const table = node.children.find(isTable);
  const [head, ...rows] = (table?.children ?? []).map((row) => row.children.map(plainText));
  const [left = '', right = '', ...others] = head ?? [];
  const remedy = 'write the pairs as a table of two columns under their two headings';
  if (left === '' || right === '' || others.length > 0) {
    problems.add({ what: 'a question of kind match has a table with two headings', remedy, at: table ?? node });
  }
  const cells = rows.map(([one = '', other = '']) => ({ one: one.trim(), other: other.trim() }));
  const options = [...new Set(cells.map(({ other }) => other))];
  const pairs = cells
    .filter(({ one }) => one !== '')
    .map(({ one, other }) => ({ left: one, right: options.indexOf(other) }));
  if (options.includes('')) {
    problems.add({ what: 'a row of the pairs has nothing on its right', remedy, at: table ?? node });
  }
  if (pairs.length > MAX_LINES || options.length > MAX_LINES || pairs.length < 2 || options.length < 2) {
    const what = `a question of kind match has 2 to ${MAX_LINES} pairs and at least 2 different right sides`;
    problems.add({ what, remedy, at: table ?? node });
  }
  inspectTwice(
    pairs.map((pair) => pair.left),
    { what: 'left sides', at: table ?? node, problems },
  );
  return { heads: [left, right], pairs, options };
}

type Twice = { what: string; at: Nodes; problems: ProblemList };

/** Two that read the same could not be told apart by who answers. */
function inspectTwice(labels: readonly string[], { what, at, problems }: Twice): void {
  const doubled = labels.find((label, index) => labels.indexOf(label) !== index);
  if (doubled !== undefined) problems.add({ what: `two ${what} of the question read "${doubled.slice(0, 60)}"`, at });
}

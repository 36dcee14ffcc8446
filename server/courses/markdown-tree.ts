import type { Nodes, Parents, Root, Text } from 'mdast';
import type { ContainerDirective } from 'mdast-util-directive';
import remarkDirective from 'remark-directive';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { SKIP, type VisitorResult, visit } from 'unist-util-visit';
import { readAttributes } from './container-attributes.ts';
import { asideAttributes, CONTAINERS, type ContainerName, noAttributes } from './course-schema.ts';
import type { ProblemList } from './problem-list.ts';

const parser = unified().use(remarkParse).use(remarkFrontmatter).use(remarkGfm).use(remarkDirective).freeze();

/**
 * The tree of a chapter's Markdown. Only our own containers are directives in it: `image:tag`, `host:port[x]` and the
 * like, which the directive syntax would eat, are text again.
 */
export function parseMarkdown(source: string, problems: ProblemList): Root {
  const tree = parser.parse(source);
  const lines = source.split('\n');
  visit(tree, (node: Nodes, index: number | undefined, parent: Parents | undefined) => {
    if (node.type === 'textDirective' || node.type === 'leafDirective') {
      return putBack({ node, index, parent }, source, problems);
    }
    if (node.type === 'containerDirective') inspectContainer(node, lines, problems);
    if (node.type === 'paragraph') inspectParagraph(node, source, problems);
    if (node.type === 'html' && !isComment(node.value)) {
      problems.add({ what: 'HTML is not shown', remedy: 'write it in Markdown', at: node, severity: 'warning' });
    }
    return undefined;
  });
  return tree;
}

type Place = { node: Nodes; index: number | undefined; parent: Parents | undefined };

function putBack({ node, index, parent }: Place, source: string, problems: ProblemList): VisitorResult {
  if (!parent || index === undefined) return undefined;
  const text: Text = { type: 'text', value: sourceOf(node, source) };
  if (node.type === 'leafDirective') {
    problems.add({
      what: `"${text.value}" is shown as it stands`,
      remedy: `begin a container with three or more colons: ${CONTAINERS.join(', ')}`,
      at: node,
      severity: 'warning',
    });
    parent.children.splice(index, 1, { type: 'paragraph', children: [text] });
  } else {
    parent.children.splice(index, 1, text);
  }
  return [SKIP, index + 1] satisfies VisitorResult;
}

function sourceOf(node: Nodes, source: string): string {
  return source.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0);
}

function inspectContainer(node: ContainerDirective, lines: string[], problems: ProblemList): void {
  if (!CONTAINERS.some((name) => name === node.name)) {
    problems.add({
      what: `there is no container "${node.name}"`,
      remedy: `allowed: ${CONTAINERS.join(', ')}`,
      at: node,
    });
  }
  if (['solution', 'explanation'].includes(node.name)) readAttributes(node, noAttributes, problems);
  if (['note', 'aside'].includes(node.name)) readAttributes(node, asideAttributes, problems);
  const last = lines[(node.position?.end.line ?? 1) - 1] ?? '';
  if (!/:{3,}\s*$/.test(last)) {
    problems.add({
      what: `the container "${node.name}" is never closed`,
      remedy: 'end it with as many colons as it began with, and give an outer container more colons than an inner one',
      at: node,
    });
  }
}

/** A fence that the syntax did not take, or a closing one too many, would be shown as text. */
function inspectParagraph(node: Nodes, source: string, problems: ProblemList): void {
  const stray = /^[ \t]*:{3,}.*$/m.exec(sourceOf(node, source));
  if (!stray) return;
  problems.add({
    what: `"${stray[0].trim().slice(0, 60)}" is not a container`,
    remedy: 'write :::name{key="value"} on a line of its own, without double quotes inside a value',
    at: node,
  });
}

const isComment = (html: string) => /^\s*<!--[\s\S]*-->\s*$/.test(html);

export const isContainer = <N extends ContainerName>(node: Nodes, name: N): node is ContainerDirective & { name: N } =>
  node.type === 'containerDirective' && node.name === name;

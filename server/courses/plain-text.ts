import type { Nodes } from 'mdast';

/** Words only, paragraphs kept apart: explanations and labels travel as strings. */
export function plainText(node: Nodes): string {
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

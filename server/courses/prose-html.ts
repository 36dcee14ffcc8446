import type { Element, ElementContent, Parents as HastParents, Root as HastRoot } from 'hast';
import type { Definition, Image, Link, Root as MdastRoot, RootContent } from 'mdast';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { SKIP, type VisitorResult, visit } from 'unist-util-visit';
import { commandBlock } from './command-block.ts';
import type { ProblemList } from './problem-list.ts';

/** Gives the address of an image that lies in the chapter's folder, or null. */
export type FigureAddress = (path: string) => string | null;

export type ProseContext = { definitions: Definition[]; figure: FigureAddress; problems: ProblemList };

const SAFE_LINK = /^(https?:\/\/|mailto:|#|\/(?!\/)|\.{0,2}\/?[\w-]+(?:[./#?]|$)(?!.*:))/i;

/** What passes the sanitiser: GitHub's list, without images from elsewhere, plus the marks that we set ourselves. */
const schema = {
  ...defaultSchema,
  attributes: {
    ...defaultSchema.attributes,
    pre: ['dataCommand', 'dataRun', 'dataInside', 'dataSample'],
    aside: ['dataKind', 'dataTitle'],
    img: ['src', 'alt', 'title'],
  },
  protocols: { ...defaultSchema.protocols, src: [] },
  tagNames: [...(defaultSchema.tagNames ?? []), 'aside'],
};

const pipeline = unified()
  .use(remarkRehype, {
    handlers: {
      code(_state, node: { lang?: string | null; meta?: string | null; value: string }): Element {
        return commandBlock(node);
      },
    },
  })
  .use(rehypeSanitize, schema)
  .freeze();

/** Markdown nodes as HTML that is safe to show, with `ch-command` for the command blocks. Nothing is evaluated. */
export function proseHtml(nodes: readonly RootContent[], context: ProseContext): HastRoot {
  const markdown: MdastRoot = { type: 'root', children: [...nodes, ...context.definitions] };
  visit(markdown, (node) => {
    if (node.type === 'image') placeFigure(node, context);
    if (node.type === 'link' || node.type === 'definition') inspectLink(node, context.problems);
    if (node.type === 'imageReference') refuseImage(node, context.problems);
    if (node.type === 'containerDirective' && (node.name === 'note' || node.name === 'aside')) {
      const title = node.attributes?.title;
      node.data = { hName: 'aside', hProperties: { dataKind: node.name, ...(title ? { dataTitle: title } : {}) } };
    }
  });
  const html = pipeline.runSync(markdown);
  addOwnElements(html);
  return withoutPositions(html);
}

function placeFigure(node: Image, { figure, problems }: ProseContext): void {
  const address = figure(node.url);
  if (address === null) {
    problems.add({
      what: `there is no figure "${node.url}"`,
      remedy: 'put an .svg, .png or .webp file into the figures folder of the chapter and name it figures/<file>',
      at: node,
    });
  }
  if (!node.alt?.trim()) {
    problems.add({ what: `the figure "${node.url}" has no text for those who cannot see it`, at: node });
  }
  node.url = address ?? '';
}

function refuseImage(node: RootContent, problems: ProblemList): void {
  problems.add({ what: 'a figure needs its address in place', remedy: '![text](figures/name.svg)', at: node });
}

function inspectLink(node: Link | Definition, problems: ProblemList): void {
  if (node.url === '' || SAFE_LINK.test(node.url)) return;
  problems.add({
    what: `the link to "${node.url.slice(0, 60)}" is dropped`,
    remedy: 'allowed: https, http, mailto and addresses on this site',
    at: node,
    severity: 'warning',
  });
  node.url = '';
}

/** After the sanitiser: our own marks become our own elements, a lone image becomes a figure. */
function addOwnElements(root: HastRoot): void {
  visit(root, 'element', (node: Element, index: number | undefined, parent: HastParents | undefined) => {
    if (!parent || index === undefined) return undefined;
    if (node.tagName === 'pre' && node.properties.dataCommand !== undefined) {
      return swap({ parent, index }, { ...node, tagName: 'ch-command', children: [] });
    }
    const image = node.tagName === 'p' ? loneImage(node) : null;
    return image ? swap({ parent, index }, figureElement(image)) : undefined;
  });
}

function swap(place: { parent: HastParents; index: number }, element: Element): VisitorResult {
  place.parent.children.splice(place.index, 1, element);
  return [SKIP, place.index + 1];
}

function loneImage(paragraph: Element): Element | null {
  const [only, ...others] = paragraph.children;
  return only?.type === 'element' && only.tagName === 'img' && others.length === 0 ? only : null;
}

/** `![text](figures/x.svg "caption")` alone in its paragraph. */
function figureElement(image: Element): Element {
  const { title, ...properties } = image.properties;
  const children: ElementContent[] = [{ ...image, properties }];
  if (typeof title === 'string') {
    const caption: ElementContent = { type: 'text', value: title };
    children.push({ type: 'element', tagName: 'figcaption', properties: {}, children: [caption] });
  }
  return { type: 'element', tagName: 'figure', properties: {}, children };
}

function withoutPositions(root: HastRoot): HastRoot {
  visit(root, (node) => {
    delete node.position;
  });
  return root;
}

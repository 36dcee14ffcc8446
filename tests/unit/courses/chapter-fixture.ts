import type { Element, Root } from 'hast';
import { visit } from 'unist-util-visit';
import { type ParsedChapter, parseChapter } from '#server/courses/chapter-parser.ts';
import type { Chapter } from '#server/courses/course-model.ts';

export const FRONT = '---\ntitle: T\nlead: L\nminutes: 5\n---\n';

export const STEP = [
  ':::::step{id="one" title="One" goal="Do it." check="ok"}',
  'Text.',
  '',
  '```bash run',
  'docker ps',
  '```',
  ':::::',
].join('\n');

/** The checks that are there, by name. */
const CHECKS: Record<string, string> = {
  ok: 'exit 0',
  hints: "fail --hint paused 'No.' a b",
  port: 'echo $CH_VALUE_PORT',
};

export function parse(body: string, front = FRONT): ParsedChapter {
  return parseChapter({
    courseId: 'course',
    chapterId: 'docker',
    number: 6,
    language: 'en',
    file: 'course/06-docker/chapter.md',
    markdown: front + body,
    values: {},
    check: (name) => (name in CHECKS ? { script: CHECKS[name] ?? '', timeoutMs: 5000 } : null),
    figure: (address) => (address === 'figures/x.svg' ? '/api/x.svg' : null),
  });
}

/** The chapter of a text that must be free of mistakes. */
export function chapterOf(body: string): Omit<Chapter, 'version'> {
  const { chapter, problems } = parse(body);
  if (!chapter) throw new Error(problems.map(({ at, what }) => `${at} ${what}`).join('\n'));
  return chapter;
}

export const complaints = (body: string, front?: string) =>
  parse(body, front).problems.map(({ at, what }) => `${at.split(':')[1]}: ${what}`);

export function elements(root: Root, tagName: string): Element[] {
  const found: Element[] = [];
  visit(root, 'element', (element: Element) => {
    if (element.tagName === tagName) found.push(element);
  });
  return found;
}

export function textOf(root: Root): string {
  let text = '';
  visit(root, 'text', (node: { value: string }) => {
    text += node.value;
  });
  return text;
}

import type { Definition, Root, RootContent } from 'mdast';
import type { ContainerDirective } from 'mdast-util-directive';
import type { Chapter, CourseProblem, Language, Step, StepCheck } from './course-model.ts';
import { type ChapterFrontMatter, chapterFrontMatter } from './course-schema.ts';
import { inspectNames } from './inspect-values.ts';
import { isContainer, parseMarkdown } from './markdown-tree.ts';
import { ProblemList } from './problem-list.ts';
import { type FigureAddress, proseHtml } from './prose-html.ts';
import { parseStep, type StepContext } from './step-parser.ts';
import { VALUES_REMEDY, type ValueSpecs } from './value-schema.ts';
import { readYaml } from './yaml-text.ts';

export type ChapterSource = {
  courseId: string;
  chapterId: string;
  number: number;
  language: Language;
  /** As problems name it: `virtualization/06-docker/chapter.md`. */
  file: string;
  markdown: string;
  /** The course's own. */
  values: ValueSpecs;
  check: (name: string) => StepCheck | null;
  figure: FigureAddress;
};

/** The chapter without its version, which the one who read the files knows. */
export type ChapterText = Omit<Chapter, 'version'>;

export type ParsedChapter = { chapter: ChapterText | null; problems: CourseProblem[] };

/** A chapter from its Markdown. `chapter` is null when a mistake would mislead a student; `problems` says which. */
export function parseChapter(source: ChapterSource): ParsedChapter {
  const problems = new ProblemList({ courseId: source.courseId, file: source.file });
  const tree = parseMarkdown(source.markdown, problems);
  const front = readFrontMatter(tree, problems);
  const definitions = tree.children.filter((node): node is Definition => node.type === 'definition');
  const values = joinValues({ course: source.values, own: front?.values ?? {} }, problems);
  const context: StepContext = { ...source, values, definitions, problems };
  const sections = cutSections(tree, problems);
  const steps = sections.steps.flatMap((node, index) => parseStep(node, index + 1, context) ?? []);
  inspectIds(steps, sections.steps, problems);
  inspectNames(source.markdown, values, problems);
  const intro = proseHtml(sections.intro, context);
  const outro = sections.outro.length > 0 ? proseHtml(sections.outro, context) : null;
  if (!front || problems.blocking) return { chapter: null, problems: problems.all };
  const { chapterId, number, language } = source;
  return { chapter: { chapterId, number, ...front, values, language, intro, steps, outro }, problems: problems.all };
}

function readFrontMatter(tree: Root, problems: ProblemList): ChapterFrontMatter | null {
  const remedy = 'between --- lines at the top: title, lead, minutes, values';
  const [first] = tree.children;
  if (first?.type !== 'yaml') {
    problems.add({ what: 'the chapter has no front matter', remedy, at: first ?? tree });
    return null;
  }
  const { value, mistakes } = readYaml(first.value, chapterFrontMatter);
  const above = first.position?.start.line ?? 1;
  for (const { what, line } of mistakes) {
    const about = what.startsWith('values') ? VALUES_REMEDY : remedy;
    problems.add({ what: `front matter: ${what}`, remedy: about, line: above + (line ?? 0) });
  }
  return value;
}

type Declared = { course: ValueSpecs; own: ValueSpecs };

function joinValues({ course, own }: Declared, problems: ProblemList): ValueSpecs {
  for (const name of Object.keys(own)) {
    if (Object.hasOwn(course, name)) {
      problems.add({ what: `front matter: values.${name}: the course has a value of that name` });
    }
  }
  return { ...course, ...own };
}

/** Text before the first step, the steps, text after the last one. */
function cutSections(tree: Root, problems: ProblemList) {
  const intro: RootContent[] = [];
  const steps: ContainerDirective[] = [];
  const outro: RootContent[] = [];
  for (const node of tree.children) {
    if (node.type === 'yaml' || node.type === 'definition') continue;
    if (node.type === 'heading' && node.depth === 1) {
      problems.add({ what: 'the title of a chapter stands in its front matter', remedy: 'begin with ##', at: node });
    }
    if (isContainer(node, 'step')) {
      for (const stray of outro.splice(0)) {
        problems.add({ what: 'text between two steps belongs to neither', remedy: 'move it into a step', at: stray });
      }
      steps.push(node);
    } else {
      inspectOutside(node, problems);
      (steps.length === 0 ? intro : outro).push(node);
    }
  }
  if (steps.length === 0) problems.add({ what: 'the chapter has no step', remedy: ':::step{id=… title=… goal=…}' });
  return { intro, steps, outro };
}

function inspectOutside(node: RootContent, problems: ProblemList): void {
  if (node.type !== 'containerDirective' || isContainer(node, 'note') || isContainer(node, 'aside')) return;
  problems.add({ what: `a ${node.name} stands inside a step only`, at: node });
}

function inspectIds(steps: Step[], nodes: ContainerDirective[], problems: ProblemList): void {
  const seen = new Set<string>();
  for (const step of steps) {
    if (seen.has(step.stepId)) {
      const at = nodes.findLast((node) => node.attributes?.id === step.stepId);
      problems.add({ what: `two steps have the id "${step.stepId}"`, remedy: 'an id names one step for ever', at });
    }
    seen.add(step.stepId);
  }
}

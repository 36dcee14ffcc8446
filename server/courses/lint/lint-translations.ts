import type { Nodes } from 'mdast';
import { SKIP, visit } from 'unist-util-visit';
import { parse as parseYaml } from 'yaml';
import { LANGUAGES, type Language } from '../course-model.ts';
import { isContainer } from '../markdown-tree.ts';
import type { ChapterPage, CourseSources } from './course-sources.ts';
import type { Finding } from './finding.ts';

/** What the loader does not compare: whole chapters that are missing, and pieces of the text itself. */
export function lintTranslations({ courseId, yaml, pages }: CourseSources): Finding[] {
  const named = /^translations:/m.test(yaml);
  const others = LANGUAGES.filter((language) => language !== 'en');
  return others.flatMap((language) => {
    const translated = pages.filter((page) => page.language === language);
    if (translated.length === 0) return [];
    const missingWords: Finding[] = named
      ? []
      : [
          {
            severity: 'warning',
            file: `${courseId}/course.yaml`,
            line: 1,
            what: `chapters are written in ${language}, the course's own title is not`,
            remedy: `add translations: { ${language}: { title: …, summary: … } }`,
          },
        ];
    return [...missingWords, ...pages.flatMap((page) => comparePage(page, { language, translated }))];
  });
}

type Others = { language: Language; translated: readonly ChapterPage[] };

function comparePage(page: ChapterPage, { language, translated }: Others): Finding[] {
  if (page.language !== 'en') return [];
  const other = translated.find(({ chapterId }) => chapterId === page.chapterId);
  if (!other) {
    const what = `this chapter is not written in ${language}, others are`;
    return [{ severity: 'warning', file: page.file, line: 1, what, remedy: `write chapter.${language}.md` }];
  }
  return COMPARED.flatMap(({ name, count }): Finding[] => {
    const [english, there] = [count(page), count(other)];
    if (english === there) return [];
    const what = `${name}: ${there} here, ${english} in English`;
    return [{ severity: 'warning', file: other.file, line: 1, what, remedy: 'bring the two in step' }];
  });
}

const countNodes = (type: string) => (page: ChapterPage) => {
  let count = 0;
  visit(page.tree, (node) => {
    // Wrong answers are for the proof alone, which is done in English.
    if (isWrong(node)) return SKIP;
    if (node.type === type) count += 1;
    return undefined;
  });
  return count;
};

const isWrong = (node: Nodes) => isContainer(node, 'wrong');

const COMPARED: { name: string; count: (page: ChapterPage) => number }[] = [
  { name: 'figures', count: countNodes('image') },
  { name: 'blocks of code', count: countNodes('code') },
  { name: 'containers', count: countNodes('containerDirective') },
  { name: 'tables', count: countNodes('table') },
  { name: 'minutes', count: minutesOf },
];

function minutesOf({ tree }: ChapterPage): number {
  const [first] = tree.children;
  if (first?.type !== 'yaml') return 0;
  try {
    const front: unknown = parseYaml(first.value);
    return typeof front === 'object' && front && 'minutes' in front ? Number(front.minutes) : 0;
  } catch {
    // The loader tells what is wrong with it.
    return 0;
  }
}

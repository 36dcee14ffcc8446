import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Nodes, Root } from 'mdast';
import type { ContainerDirective } from 'mdast-util-directive';
import { chapterFolders, readText } from '../course-files.ts';
import { LANGUAGES, type Language } from '../course-model.ts';
import { isContainer, parseMarkdown } from '../markdown-tree.ts';
import { ProblemList } from '../problem-list.ts';

export type ChapterPage = {
  chapterId: string;
  folder: string;
  language: Language;
  /** From the folder above the course. */
  file: string;
  markdown: string;
  tree: Root;
};

export type CourseSources = {
  courseId: string;
  courseDir: string;
  yaml: string;
  pages: ChapterPage[];
};

/** Every text of a course with its tree; what the parser complains about is told elsewhere. */
export function readSources(courseDir: string): CourseSources {
  const courseId = path.basename(courseDir);
  const pages = chapterFolders(courseDir).flatMap(({ folder, chapterId }) =>
    LANGUAGES.flatMap((language): ChapterPage[] => {
      const name = language === 'en' ? 'chapter.md' : `chapter.${language}.md`;
      const markdown = readText(path.join(courseDir, folder, name));
      if (markdown === null) return [];
      const file = `${courseId}/${folder}/${name}`;
      const tree = parseMarkdown(markdown, new ProblemList({ courseId, file }));
      return [{ chapterId, folder, language, file, markdown, tree }];
    }),
  );
  return { courseId, courseDir, yaml: readText(path.join(courseDir, 'course.yaml')) ?? '', pages };
}

export const lineOf = (node: Pick<Nodes, 'position'>): number => node.position?.start.line ?? 1;

/** The step containers of a page in order, by id; one without an id is left to the parser. */
export function stepsOf({ tree }: ChapterPage): { stepId: string; node: ContainerDirective }[] {
  return tree.children.flatMap((node) => {
    const stepId = isContainer(node, 'step') ? node.attributes?.id : null;
    return isContainer(node, 'step') && stepId ? [{ stepId, node }] : [];
  });
}

/** Names of the plain files in a folder of the course; none where there is no folder. */
export function filesIn(...parts: string[]): string[] {
  try {
    return readdirSync(path.join(...parts), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .sort();
  } catch {
    // No such folder: nothing in it either.
    return [];
  }
}

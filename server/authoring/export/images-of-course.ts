import type { Nodes } from 'mdast';
import { visit } from 'unist-util-visit';
import { readSources } from '#server/courses/lint/course-sources.ts';
import { errorCode } from '#server/errors.ts';
import { imageReference, type KnownRegistries } from '#server/sandboxes/registry/archive/image-name.ts';
import type { MirrorImageView } from '#server/shared/views.ts';

/** What a course asks of the mirror: `needed` is to be packed, `standIns` every server makes, `missing` is not there. */
export type CourseImages = { needed: MirrorImageView[]; standIns: string[]; missing: string[] };

type Asked = {
  courseDir: string;
  /** What the mirror has. */
  images: readonly MirrorImageView[];
  known: KnownRegistries;
  /** Images that no chapter names in a way that is understood. */
  more: readonly string[];
};

/** `docker pull name` says without doubt that a word is an image. */
const PULLED = /\b(?:docker(?: image)? pull|docker:\/\/)\s*([\w./:@-]+)/g;

/** The images that the code in a course's chapters names, of those that the mirror has. */
export function imagesOfCourse({ courseDir, images, known, more }: Asked): CourseImages {
  const code = codeOf(courseDir);
  const nameOf = (word: string) => wholeName(word, known);
  const words = new Set(code.split(/[\s'"`=()[\],;|&]+/).map((word) => nameOf(word.replace(/^docker:\/\//, ''))));
  const asked = new Set(more.map(nameOf));
  const pulled = [...code.matchAll(PULLED)].map(([, word = '']) => nameOf(word));
  const has = new Map(images.map((image) => [`${image.repository}:${image.tag}`, image]));
  const named = [...has].filter(([name]) => words.has(name) || asked.has(name));
  return {
    needed: named.filter(([, { standIn }]) => !standIn).map(([, image]) => image),
    standIns: named.filter(([, { standIn }]) => standIn).map(([name]) => name),
    missing: [...new Set([...asked, ...pulled])].filter((name): name is string => name !== null && !has.has(name)),
  };
}

/** As the mirror lists it; null for what is no image's name. */
function wholeName(word: string, known: KnownRegistries): string | null {
  try {
    const { repository, tag } = imageReference(word, known);
    return `${repository}:${tag}`;
  } catch (error) {
    if (errorCode(error) === 'archive_invalid') return null;
    throw error;
  }
}

/** Blocks and pieces of code of all chapters; in prose a word such as “debian” means no image. */
function codeOf(courseDir: string): string {
  const parts: string[] = [];
  for (const { tree } of readSources(courseDir).pages) {
    visit(tree, ['code', 'inlineCode'], (node: Nodes) => {
      if ('value' in node) parts.push(node.value);
    });
  }
  return parts.join('\n');
}

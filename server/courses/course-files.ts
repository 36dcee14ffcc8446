import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Folders of a course that hold no text: changing them changes no page. */
const NOT_TEXT = new Set(['sandbox', 'node_modules']);
const CHAPTER_FOLDER = /^(\d{2})-([a-z][a-z0-9-]{0,40})$/;
export const FIGURE_NAME = /^[a-z0-9][a-z0-9-]*\.(svg|png|webp)$/;

export type ChapterFolder = { folder: string; number: number; chapterId: string };

/** The text of a file, or null when there is none. */
export function readText(file: string): string | null {
  return orNull(() => readFileSync(file, 'utf8'));
}

export function digest(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 12);
}

/** Folders with a `course.yaml`. */
export function courseFolders(contentDir: string): string[] {
  return entries(contentDir)
    .filter((entry) => entry.isDirectory() && /^[a-z][a-z0-9-]*$/.test(entry.name))
    .map((entry) => entry.name)
    .filter((name) => entries(path.join(contentDir, name)).some((entry) => entry.name === 'course.yaml'))
    .sort();
}

export function chapterFolders(courseDir: string): ChapterFolder[] {
  return entries(courseDir)
    .flatMap((entry) => {
      const [, number, chapterId] = (entry.isDirectory() && CHAPTER_FOLDER.exec(entry.name)) || [];
      return number && chapterId ? [{ folder: entry.name, number: Number(number), chapterId }] : [];
    })
    .sort((a, b) => a.number - b.number);
}

/** Figures by their address in Markdown (`figures/x.svg`), with the file and a digest of it. Links are not followed. */
export function figureFiles(chapterDir: string): Map<string, { file: string; version: string }> {
  const folder = path.join(chapterDir, 'figures');
  const files = entries(folder).filter((entry) => entry.isFile() && FIGURE_NAME.test(entry.name));
  return new Map(
    files.map((entry) => {
      const file = path.join(folder, entry.name);
      return [`figures/${entry.name}`, { file, version: digest(readFileSync(file)) }];
    }),
  );
}

/** Changes when any file below is written, added or removed. Costs one `stat` a file. */
export function fingerprint(directory: string): string {
  return entries(directory)
    .map((entry) => {
      const place = path.join(directory, entry.name);
      if (entry.isDirectory()) return NOT_TEXT.has(entry.name) ? '' : `${entry.name}(${fingerprint(place)})`;
      const stat = orNull(() => statSync(place));
      return stat ? `${entry.name}:${stat.mtimeMs}:${stat.size}:${stat.ino}` : '';
    })
    .join(';');
}

function entries(directory: string): Dirent[] {
  return orNull(() => readdirSync(directory, { withFileTypes: true })) ?? [];
}

/** What is not there, or is removed while we look, is no fault: an author is at work. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { holderProgram, holderSource, START_SCRIPT } from '#server/sandboxes/holder/holder-binary.ts';

export type FolderFile = { path: string; mode: number; content: Buffer };

/** Raised when the bootstrapped base or the way images are made changes: every image is then built anew. */
export const RECIPE_VERSION = '1';

/** All files below a folder, in an order that no file system decides. */
export async function readFolder(directory: string): Promise<FolderFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.toSorted().map(async (file) => {
      const executable = ((await stat(file)).mode & 0o111) !== 0;
      return { path: path.relative(directory, file), mode: executable ? 0o755 : 0o644, content: await readFile(file) };
    }),
  );
}

/** Where the platform's own part of every image stands in a build, for the course's Dockerfile to copy. */
const PLATFORM_FOLDER = 'platform';

/** A course's sandbox folder and, for its name, what the platform's own part is made from. */
export async function namedFolder(directory: string): Promise<FolderFile[]> {
  const [files, source, start] = await Promise.all([readFolder(directory), holderSource(), readFile(START_SCRIPT)]);
  const own = [...source, { name: 'hold-shells.sh', content: start }];
  return [...files, ...own.map(({ name, content }) => ({ path: `${PLATFORM_FOLDER}/${name}`, mode: 0o644, content }))];
}

/** What a build is given: the course's sandbox folder and the platform's own part. */
export async function buildContext(directory: string): Promise<FolderFile[]> {
  const platform = [
    { path: `${PLATFORM_FOLDER}/hold`, mode: 0o755, content: await readFile(await holderProgram()) },
    { path: `${PLATFORM_FOLDER}/hold-shells.sh`, mode: 0o755, content: await readFile(START_SCRIPT) },
  ];
  return [...(await readFolder(directory)), ...platform];
}

/** Names what an image is built from: the same files give the same twelve letters on every machine. */
export function folderDigest(files: readonly FolderFile[], recipeVersion: string = RECIPE_VERSION): string {
  const hash = createHash('sha256').update(recipeVersion);
  for (const { path: name, mode, content } of files) {
    hash.update(`\0${name}\0${mode}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 12);
}

export const labImageTag = (courseId: string, digest: string) => `chapterhouse/lab-${courseId}:${digest}`;

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

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

/** Names what an image is built from: the same files give the same twelve letters on every machine. */
export function folderDigest(files: readonly FolderFile[], recipeVersion: string = RECIPE_VERSION): string {
  const hash = createHash('sha256').update(recipeVersion);
  for (const { path: name, mode, content } of files) {
    hash.update(`\0${name}\0${mode}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 12);
}

export const labImageTag = (courseId: string, digest: string) => `chapterhouse/lab-${courseId}:${digest}`;

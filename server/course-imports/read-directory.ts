import { createReadStream } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import path from 'node:path';
import type { CourseStaging, Entry } from './course-staging.ts';
import { ImportRefusal } from './import-limits.ts';

type ReadDirectory = {
  directory: string;
  staging: CourseStaging;
  /** The product's own data: no course. */
  home: string;
  signal: AbortSignal;
};

/** Copies a course from a folder on this machine, as the server's own user sees it. Links are not followed. */
export async function readDirectory({ directory, staging, home, signal }: ReadDirectory): Promise<void> {
  const remedy = 'give the whole path of a folder that the server’s user may read';
  if (!path.isAbsolute(directory)) throw new ImportRefusal(directory, 'is not a whole path', remedy);
  const folder = path.resolve(directory);
  if (`${folder}/`.startsWith(`${home}/`)) throw new ImportRefusal(folder, 'is the server’s own data', remedy);
  const found = await lstat(folder).catch(() => null);
  if (!found?.isDirectory()) throw new ImportRefusal(folder, 'is no folder that the server can read', remedy);
  await copy(folder, path.basename(folder), { staging, signal, remedy });
}

type Copying = Pick<ReadDirectory, 'staging' | 'signal'> & { remedy: string };

async function copy(folder: string, name: string, copying: Copying): Promise<void> {
  const { staging, signal, remedy } = copying;
  const entries = await opendir(folder).catch(() => null);
  if (entries === null) throw new ImportRefusal(folder, 'cannot be read', remedy);
  for await (const found of entries) {
    signal.throwIfAborted();
    // A repository's own files are many, and none of the course.
    if (found.name === '.git' || found.name === 'node_modules') continue;
    const from = path.join(folder, found.name);
    const inside = `${name}/${found.name}`;
    if (found.isDirectory()) {
      staging.wants({ name: inside, kind: 'folder', size: 0 });
      await copy(from, inside, copying);
      continue;
    }
    const { size } = await lstat(from);
    const entry: Entry = { name: inside, kind: found.isFile() ? 'file' : 'link', size: found.isFile() ? size : 0 };
    if (!staging.wants(entry)) continue;
    try {
      await staging.write(entry, createReadStream(from));
    } catch (error) {
      if (error instanceof ImportRefusal) throw error;
      throw new ImportRefusal(from, 'cannot be read', remedy);
    }
  }
}

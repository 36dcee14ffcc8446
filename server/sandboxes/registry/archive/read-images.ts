import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import type { ImageContent } from '../image-content.ts';
import { type ArchiveLimits, invalid, tooLarge } from './archive-limits.ts';
import { ociLayout } from './archive-schema.ts';
import { readDockerArchive } from './docker-archive.ts';
import type { KnownRegistries } from './image-name.ts';
import { readOciArchive } from './oci-archive.ts';
import type { ArchiveFiles, StoredFile } from './unpack-archive.ts';

export type Reading = {
  files: ArchiveFiles;
  /** A folder for what has to be packed anew. */
  directory: string;
  limits: ArchiveLimits;
  known: KnownRegistries;
  signal?: AbortSignal | undefined;
};

/** The images of an archive, every digest looked at. What `docker save` wrote is read by its own list, as it has the names. */
export async function readImages(reading: Reading): Promise<ImageContent[]> {
  if (reading.files.has('manifest.json')) return readDockerArchive(reading);
  if (!reading.files.has('oci-layout')) throw invalid('it has neither a manifest.json nor an oci-layout');
  await readJson(reading, { name: 'oci-layout', schema: ociLayout });
  return readOciArchive(reading);
}

export function mustFind({ files }: Pick<Reading, 'files'>, name: string): StoredFile {
  const file = files.get(name);
  if (file === undefined) throw invalid(`${name.slice(0, 200)} is missing`);
  return file;
}

/** A small file's bytes and what they say. */
export async function readJson<T>(
  reading: Pick<Reading, 'files' | 'limits'>,
  { name, schema }: { name: string; schema: z.ZodType<T> },
): Promise<{ file: StoredFile; content: Buffer; value: T }> {
  const file = mustFind(reading, name);
  if (file.size > reading.limits.jsonBytes) throw tooLarge(`${name} has ${file.size} bytes`);
  const content = await readFile(file.path);
  try {
    return { file, content, value: schema.parse(JSON.parse(content.toString('utf8'))) };
  } catch (cause) {
    throw invalid(`${name} does not say what it should`, cause);
  }
}

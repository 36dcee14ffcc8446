import type { Readable } from 'node:stream';
import type { CourseStaging } from './course-staging.ts';
import { type ImportLimits, tooLarge } from './import-limits.ts';
import { readTar } from './read-tar.ts';
import { readZip } from './read-zip.ts';

type ReadArchive = {
  archive: AsyncIterable<Uint8Array>;
  staging: CourseStaging;
  limits: ImportLimits;
  onImages: ((archive: Readable) => Promise<void>) | null;
  signal: AbortSignal;
};

const MAGIC_BYTES = 4;

/** A course from a .tar, .tar.gz or .zip; what it is, its first bytes say. */
export async function readArchive({ archive, staging, limits, onImages, signal }: ReadArchive): Promise<void> {
  const chunks = archive[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  let headBytes = 0;
  while (headBytes < MAGIC_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    head.push(Buffer.from(value));
    headBytes += value.length;
  }
  const magic = Buffer.concat(head).subarray(0, MAGIC_BYTES).toString('hex');
  const source = all(head, chunks);
  if (magic === '504b0304' || magic === '504b0506') return readZip(await inMemory(source, limits), staging);
  return readTar({ source, isGzip: magic.startsWith('1f8b'), staging, onImages, signal });
}

async function* all(head: Buffer[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  yield* head;
  try {
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield Buffer.from(next.value);
  } finally {
    await rest.return?.();
  }
}

async function inMemory(source: AsyncIterable<Buffer>, { packedBytes }: ImportLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > packedBytes) throw tooLarge('the zip file', `has more than ${packedBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

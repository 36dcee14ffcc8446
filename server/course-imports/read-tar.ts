import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Extract, extract, type Header } from 'tar-stream';
import { errorCode } from '#server/errors.ts';
import type { CourseStaging, Entry } from './course-staging.ts';
import { ImportRefusal } from './import-limits.ts';

/** An archive of images, as `course:export` packs it behind the course. */
const IMAGES = /^images\/[a-z0-9-]+\.tar$/;

type ReadTar = {
  source: AsyncIterable<Buffer>;
  isGzip: boolean;
  staging: CourseStaging;
  /** Given the images that come after the course. Null: there must be none. */
  onImages: ((archive: Readable) => Promise<void>) | null;
  signal: AbortSignal;
};

/** Takes a course out of a tar archive as it comes; nothing of it is kept but the course's own files. */
export async function readTar(request: ReadTar): Promise<void> {
  const taken = extract();
  const [fed, stored] = await Promise.allSettled([feed(request, taken), storeEntries(request, taken)]);
  request.signal.throwIfAborted();
  // What was found in it says more than the pipe that broke because of it.
  const fault = stored.status === 'rejected' && isTelling(stored.reason) ? stored : fed;
  if (fault.status === 'rejected') throw isTelling(fault.reason) ? fault.reason : unreadable(fault.reason);
  if (stored.status === 'rejected') throw unreadable(stored.reason);
}

const isTelling = (reason: unknown) => reason instanceof ImportRefusal || errorCode(reason) !== 'internal';

function unreadable(reason: unknown): ImportRefusal {
  const what = reason instanceof Error ? reason.message : String(reason);
  return new ImportRefusal('the archive', `cannot be read: ${what}`, 'a .tar.gz, .tar or .zip of the course’s folder');
}

async function feed({ source, isGzip, signal }: ReadTar, taken: Extract): Promise<void> {
  const closed = once(taken, 'close');
  closed.catch(() => undefined);
  const write = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      if (!taken.write(chunk)) await Promise.race([once(taken, 'drain'), closed]);
      if (taken.destroyed) throw new Error('the archive is not read any further');
    }
    taken.end(null);
  };
  try {
    if (isGzip) await pipeline(source, createGunzip(), write, { signal });
    else await pipeline(source, write, { signal });
  } catch (error) {
    taken.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

async function storeEntries({ staging, onImages }: ReadTar, taken: Extract): Promise<void> {
  let sawImages = false;
  for await (const content of taken) {
    const { header } = content;
    if (onImages !== null && header.type === 'file' && IMAGES.test(header.name)) {
      sawImages = true;
      await onImages(Readable.from(bytesOf(content)));
      continue;
    }
    if (sawImages) throw new ImportRefusal(header.name, 'comes after the images', 'make it with npm run course:export');
    const entry: Entry = { name: header.name, kind: kindOf(header), size: header.size ?? 0 };
    if (staging.wants(entry)) await staging.write(entry, bytesOf(content));
    else for await (const _nothing of content);
  }
}

async function* bytesOf(content: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) if (chunk instanceof Uint8Array) yield chunk;
}

function kindOf({ type, name }: Header): Entry['kind'] {
  if (type === 'directory') return 'folder';
  if (type === 'file' || type === 'contiguous-file') return 'file';
  if (type === 'link' || type === 'symlink') return 'link';
  throw new ImportRefusal(name, `is a ${type}`, 'only files and folders belong to a course');
}

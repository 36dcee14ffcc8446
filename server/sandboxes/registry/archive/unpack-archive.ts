import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Extract, extract } from 'tar-stream';
import { errorCode } from '#server/errors.ts';
import { type ArchiveLimits, createBombWatch, invalid, tooLarge } from './archive-limits.ts';
import { linkTarget, safeName, withLinks } from './archive-names.ts';
import { counting, packingOf, unpacker } from './compression.ts';

/** A file of the archive: it lies under a number on disk, never under a name of the archive's. */
export type StoredFile = { path: string; size: number; digest: string };
export type ArchiveFiles = ReadonlyMap<string, StoredFile>;

export type Unpacking = { file: string; directory: string; limits: ArchiveLimits; signal?: AbortSignal | undefined };

/** Takes an archive apart: plain files, and links among them. Any other thing, or any trick with a name, refuses all of it. */
export async function unpackArchive(request: Unpacking): Promise<ArchiveFiles> {
  const taken = extract();
  const [fed, stored] = await Promise.allSettled([feed(request, taken), storeEntries(request, taken)]);
  request.signal?.throwIfAborted();
  // What was found in it says more than the pipe that broke because of it.
  const fault = [stored, fed].find((one) => one.status === 'rejected' && errorCode(one.reason) !== 'internal') ?? fed;
  if (fault.status === 'rejected') throw asRefusal(fault.reason);
  if (stored.status === 'rejected') throw asRefusal(stored.reason);
  return stored.value;
}

function asRefusal(reason: unknown): unknown {
  if (errorCode(reason) !== 'internal') return reason;
  return invalid(reason instanceof Error ? reason.message : String(reason), reason);
}

async function feed({ file, limits, signal }: Unpacking, taken: Extract): Promise<void> {
  const watch = createBombWatch((await stat(file)).size, limits);
  const closed = once(taken, 'close');
  closed.catch(() => undefined);
  const write = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) {
      if (!taken.write(chunk)) await Promise.race([once(taken, 'drain'), closed]);
      if (taken.destroyed) throw new Error('the archive is not read any further');
    }
    taken.end(null);
  };
  const options = signal ? { signal } : {};
  try {
    await pipeline(createReadStream(file), unpacker(await packingOf(file)), counting(watch), write, options);
  } catch (error) {
    taken.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

async function storeEntries({ directory, limits }: Unpacking, taken: Extract): Promise<ArchiveFiles> {
  const files = new Map<string, StoredFile>();
  const links = new Map<string, string>();
  let entries = 0;
  for await (const entry of taken) {
    entries += 1;
    if (entries > limits.entries) throw tooLarge(`more than ${limits.entries} files`);
    const name = safeName(entry.header.name, limits);
    if (files.has(name) || links.has(name)) throw invalid(`${name} is in it twice`);
    const target = linkTarget(entry.header, { name, limits });
    if (target !== null) links.set(name, target);
    if (entry.header.type === 'file') files.set(name, await storeFile(entry, path.join(directory, String(entries))));
    else for await (const _nothing of entry);
  }
  return withLinks(files, links);
}

async function storeFile(content: AsyncIterable<unknown>, target: string): Promise<StoredFile> {
  const hash = createHash('sha256');
  let size = 0;
  const count = counting((bytes, chunk) => {
    size = bytes;
    hash.update(chunk);
  });
  await pipeline(content, count, createWriteStream(target, { flags: 'wx', mode: 0o600 }));
  return { path: target, size, digest: `sha256:${hash.digest('hex')}` };
}

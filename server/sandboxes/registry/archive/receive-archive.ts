import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, errorCode } from '#server/errors.ts';
import { isAlive } from '#server/sandboxes/engine/processes.ts';
import type { ImageContent } from '../image-content.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits, tooLarge } from './archive-limits.ts';
import { counting } from './compression.ts';
import type { KnownRegistries } from './image-name.ts';
import { readImages } from './read-images.ts';
import { unpackArchive } from './unpack-archive.ts';

export type ReceiveRequest = {
  archive: Readable;
  /** Where it lies meanwhile; nobody but us reads there. */
  folder: string;
  known: KnownRegistries;
  limits?: ArchiveLimits;
  signal?: AbortSignal | undefined;
};

/** The images of a received archive. Their files live until it is disposed. */
export interface ReceivedArchive extends AsyncDisposable {
  readonly images: ImageContent[];
}

/** Left to the rest of the machine, however large the archive. */
const KEPT_FREE_BYTES = 1024 ** 3;
let received = 0;

/** Writes an archive to disk as it comes, takes it apart and looks at all of it, before anything is done with it. */
export async function receiveArchive(request: ReceiveRequest): Promise<ReceivedArchive> {
  const { folder, limits = ARCHIVE_LIMITS, known, signal } = request;
  received += 1;
  const directory = path.join(folder, `${process.pid}-${received}`);
  await mkdir(directory, { mode: 0o700, recursive: true });
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const room = await roomIn(folder);
    // Taken apart it lies on the disk once more, and packed for the mirror again.
    const affordable: ArchiveLimits = {
      ...limits,
      archiveBytes: Math.min(limits.archiveBytes, Math.floor(room / 3)),
      unpackedBytes: Math.min(limits.unpackedBytes, Math.floor(room / 2)),
    };
    const file = path.join(directory, 'archive');
    await writeArchive({ ...request, limits: affordable }, file);
    const files = await unpackArchive({ file, directory, limits: affordable, signal });
    await rm(file);
    const images = await readImages({ files, directory, limits: affordable, known, signal });
    return { images, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function writeArchive(
  { archive, limits, signal }: Required<Pick<ReceiveRequest, 'archive' | 'limits'>> & Pick<ReceiveRequest, 'signal'>,
  file: string,
) {
  const count = counting((bytes) => {
    if (bytes > limits.archiveBytes) throw tooLarge(`more than ${limits.archiveBytes} bytes`);
  });
  try {
    await pipeline(archive, count, createWriteStream(file, { flags: 'wx', mode: 0o600 }), signal ? { signal } : {});
  } catch (error) {
    if (errorCode(error) !== 'internal') throw error;
    throw new AppError('archive_invalid', 'the archive did not arrive whole', { cause: error });
  }
}

async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  const room = bavail * bsize - KEPT_FREE_BYTES;
  if (room <= 0) throw new AppError('disk_full', `${folder} has too little room`);
  return room;
}

/** What a process that died was receiving. */
export async function forgetUploads(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(name.split('-')[0]);
    const isOurs = pid === process.pid && received > 0;
    if (!isOurs && (pid === process.pid || !(await isAlive(pid))))
      await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

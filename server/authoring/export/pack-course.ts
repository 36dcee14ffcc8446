import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { CourseStaging } from '#server/course-imports/course-staging.ts';
import { IMPORT_LIMITS } from '#server/course-imports/import-limits.ts';
import { readDirectory } from '#server/course-imports/read-directory.ts';

type PackCourse = {
  courseDir: string;
  /** The archive to write; what is there is replaced once the new one is whole. */
  file: string;
  /** Images for the mirror, as an archive; null packs the course alone. */
  images: Readable | null;
  signal: AbortSignal;
};

/** No file's time or owner is in it: the same course gives the same bytes. */
const PLAIN = { mtime: new Date(0), uid: 0, gid: 0, mode: 0o644 };

/** Writes a course as one tar archive that an admin imports: its files, then the images. Answers what is no part of a course. */
export async function packCourse({ courseDir, file, images, signal }: PackCourse): Promise<string[]> {
  // Beside the target: what is large is written where there is room for it.
  const work = await mkdtemp(`${path.resolve(file)}.`);
  try {
    // What the importer would take is what is packed.
    const staging = new CourseStaging(work, IMPORT_LIMITS);
    await readDirectory({ directory: path.resolve(courseDir), staging, home: '/dev/null', signal });
    const archive = pack();
    const written = pipeline(archive, createWriteStream(path.join(work, 'archive')), { signal });
    await Promise.all([written, fill(archive, { work, staging, images, signal })]);
    await rename(path.join(work, 'archive'), file);
    return staging.ignored;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

type Filling = Pick<PackCourse, 'images' | 'signal'> & { work: string; staging: CourseStaging };

async function fill(archive: Pack, { work, staging, images, signal }: Filling): Promise<void> {
  try {
    const entries = await readdir(staging.courseDir, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    for (const from of files.toSorted()) {
      archive.entry({ ...PLAIN, name: path.relative(work, from) }, await readFile(from));
    }
    if (images !== null) await addImages(archive, { work, images, name: `images/${staging.family}.tar`, signal });
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

type Images = { work: string; images: Readable; name: string; signal: AbortSignal };

/** A tar archive says how long a file is before it comes: the images are written down first. */
async function addImages(archive: Pack, { work, images, name, signal }: Images): Promise<void> {
  const kept = path.join(work, 'images.tar');
  await pipeline(images, createWriteStream(kept), { signal });
  const entry = archive.entry({ ...PLAIN, name, size: (await stat(kept)).size });
  await pipeline(createReadStream(kept), entry, { signal });
}

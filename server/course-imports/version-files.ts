import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readText } from '#server/courses/course-files.ts';
import { log } from '#server/log.ts';
import { versionId } from '#server/shared/course-version.ts';

const about = z.strictObject({
  family: z.string(),
  number: z.int().positive(),
  importedAt: z.iso.datetime(),
  importedBy: z.string(),
  origin: z.strictObject({
    kind: z.enum(['directory', 'archive', 'git']),
    where: z.string(),
    revision: z.string().nullable(),
  }),
  /** Of all its files: the same course again is no new version. */
  digest: z.string(),
});
export type VersionAbout = z.infer<typeof about>;
export type Version = VersionAbout & { courseId: string; courseDir: string };

const ABOUT = 'about.json';
const INCOMING = 'incoming';

/**
 * The imported versions on the disk: `<home>/<family>/<number>/` holds `about.json` and the course's folder. A version comes
 * by one rename, whole or not at all, and nobody writes to it afterwards.
 */
export class VersionFiles {
  readonly #home: string;

  private constructor(home: string) {
    this.#home = home;
  }

  /** What a process that died was bringing is taken away. */
  static async open(home: string): Promise<VersionFiles> {
    await rm(path.join(home, INCOMING), { recursive: true, force: true });
    await mkdir(home, { recursive: true, mode: 0o755 });
    return new VersionFiles(home);
  }

  /** By family and number. One that cannot be read is told in the log and left alone. */
  all(): Version[] {
    return readdirSync(this.#home, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== INCOMING)
      .map(({ name }) => name)
      .sort()
      .flatMap((family) => this.ofFamily(family));
  }

  /** Oldest first. */
  ofFamily(family: string): Version[] {
    const folder = path.join(this.#home, family);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .map(Number)
      .filter((number) => Number.isInteger(number) && number > 0)
      .sort((a, b) => a - b)
      .flatMap((number) => this.#read(family, number) ?? []);
  }

  #read(family: string, number: number): Version | null {
    const folder = path.join(this.#home, family, String(number));
    try {
      const read = about.parse(JSON.parse(readText(path.join(folder, ABOUT)) ?? ''));
      return { ...read, courseId: versionId(family, number), courseDir: path.join(folder, family) };
    } catch (error) {
      log.error('course.version_unreadable', error, { family, number });
      return null;
    }
  }

  /** A folder for what is being brought; the caller removes it. */
  async incoming(name: string): Promise<string> {
    const folder = path.join(this.#home, INCOMING, name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** Makes `<incoming>/<family>` the version that it says it is. */
  async keep(incoming: string, version: VersionAbout): Promise<void> {
    const { family, number } = version;
    const folder = path.join(this.#home, family);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await writeFile(path.join(incoming, ABOUT), `${JSON.stringify(version, null, 2)}\n`, { mode: 0o444 });
    for (const file of await filesBelow(path.join(incoming, family))) await chmod(file, 0o444);
    await chmod(incoming, 0o755);
    await rename(incoming, path.join(folder, String(number)));
  }

  /** Its number is never given again: another version of that number would be taken for this one. */
  async remove({ family, number }: Pick<Version, 'family' | 'number'>): Promise<void> {
    const folder = path.join(this.#home, family);
    await writeFile(path.join(folder, 'last'), String(this.lastNumber(family)));
    await rm(path.join(folder, String(number)), { recursive: true });
  }

  /** The highest number that was ever given; 0 where there was none. */
  lastNumber(family: string): number {
    const noted = Number(readText(path.join(this.#home, family, 'last')) ?? 0);
    return Math.max(noted, ...this.ofFamily(family).map(({ number }) => number), 0);
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Names what is in a folder, whoever packed it and in what order. */
export async function digestOfFolder(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesBelow(folder)) {
    const content = await readFile(file);
    hash.update(`${path.relative(folder, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock } from '#server/clock.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import type { Finding } from '#server/courses/lint/finding.ts';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import {
  type CourseOrigin,
  courseFamily,
  type ImportedVersionView,
  type ImportReport,
  type TakenImport,
} from '#server/shared/course-version.ts';
import { CourseStaging } from './course-staging.ts';
import type { GitPolicy, GitSource } from './git-address.ts';
import { IMPORT_LIMITS, type ImportLimits, ImportRefusal } from './import-limits.ts';
import { ImportedLibrary } from './imported-library.ts';
import { lookOver } from './look-over.ts';
import { readArchive } from './read-archive.ts';
import { readDirectory } from './read-directory.ts';
import { readGit } from './read-git.ts';
import { digestOfFolder, type Version, VersionFiles } from './version-files.ts';

export type CourseSource =
  | { kind: 'directory'; directory: string }
  | { kind: 'archive'; archive: AsyncIterable<Uint8Array>; name: string }
  | { kind: 'git'; git: GitSource };

type ImportOptions = {
  tree: CourseLibrary;
  contentDir: string;
  /** Where versions are kept: the web process's own. */
  home: string;
  /** The product's data, from which nothing is imported. */
  productHome: string;
  git: GitPolicy;
  /** Puts images into the mirror and answers their names; null where there is no mirror. */
  loadImages: (archive: Readable, signal: AbortSignal) => Promise<string[] | null>;
  clock: Clock;
  limits?: ImportLimits;
  /** So long a course may take to be looked over. */
  patienceMs?: number;
};

type Import = { source: CourseSource; importedBy: string; signal: AbortSignal };

const TOLD_FINDINGS = 100;

/** Courses from outside the tree. Each import that differs is a version of its own, looked over before anybody sees it. */
export class CourseImports {
  readonly library: ImportedLibrary;
  readonly #options: ImportOptions;
  readonly #files: VersionFiles;
  /** One after the other: numbers are given in turn. */
  #turn: Promise<unknown> = Promise.resolve();
  #begun = 0;

  private constructor(options: ImportOptions, files: VersionFiles) {
    this.#options = options;
    this.#files = files;
    this.library = new ImportedLibrary(options.tree, options.contentDir);
  }

  /** Takes up the versions that are kept. One that cannot be shown any more is told in the log. */
  static async open(options: ImportOptions): Promise<CourseImports> {
    const imports = new CourseImports(options, await VersionFiles.open(options.home));
    for (const version of imports.#files.all()) {
      for (const { at, what } of imports.library.add(version)) {
        log.error('course.version_broken', new Error(what), { courseId: version.courseId, at });
      }
    }
    return imports;
  }

  /** Newest first. `classesOf` counts the classes of a course. */
  views(classesOf: (courseId: string) => number): ImportedVersionView[] {
    const summaries = new Map(this.library.list().map((summary) => [summary.courseId, summary]));
    return this.#files
      .all()
      .map(({ courseId, family, number, importedAt, importedBy, origin }) => {
        const { title = family, chapters = [] } = summaries.get(courseId) ?? {};
        const steps = chapters.reduce((sum, chapter) => sum + chapter.steps.length, 0);
        const classes = classesOf(courseId);
        return { courseId, family, number, title, steps, importedAt, importedBy, origin, classes };
      })
      .sort((a, b) => b.importedAt.localeCompare(a.importedAt) || b.number - a.number);
  }

  /** Never shows anything of a course with errors. Rejects with a code only where the course is not what failed. */
  import(request: Import): Promise<ImportReport> {
    const done = this.#turn.then(() => this.#import(request));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Throws `not_found`. Whoever calls has made sure that no class needs it. */
  async remove(courseId: string): Promise<void> {
    const { family, number } = courseFamily(courseId);
    const version = this.#files.ofFamily(family).find((one) => one.number === number);
    if (!version) throw new AppError('not_found', `there is no imported course ${courseId}`);
    await this.#files.remove(version);
    this.library.forget(courseId);
  }

  async #import(request: Import): Promise<ImportReport> {
    request.signal.throwIfAborted();
    this.#begun += 1;
    const incoming = await this.#files.incoming(`${process.pid}-${this.#begun}`);
    try {
      return await this.#bring(request, incoming);
    } catch (error) {
      if (error instanceof ImportRefusal) return { outcome: 'refused', findings: [error.finding] };
      throw error;
    } finally {
      await rm(incoming, { recursive: true, force: true });
      await rm(`${incoming}.work`, { recursive: true, force: true });
    }
  }

  async #bring({ source, importedBy, signal }: Import, incoming: string): Promise<ImportReport> {
    const staging = new CourseStaging(incoming, this.#options.limits ?? IMPORT_LIMITS);
    const images: string[] = [];
    const origin = await this.#read(source, { staging, incoming, images, signal });
    const findings = await this.#lookedOver(staging, signal);
    if (findings.some(({ severity }) => severity === 'error')) return { outcome: 'refused', findings };
    const { ignored, family } = staging;
    const digest = await digestOfFolder(staging.courseDir);
    const newest = this.#files.ofFamily(family).at(-1);
    if (newest?.digest === digest) return this.#report('unchanged', newest, { findings, ignored, images });
    const number = this.#files.lastNumber(family) + 1;
    const importedAt = this.#options.clock.now().toISOString();
    await this.#files.keep(incoming, { family, number, importedAt, importedBy, origin, digest });
    const kept = this.#files.ofFamily(family).find((one) => one.number === number);
    if (!kept) throw new AppError('internal', `the version ${number} of ${family} is not there`);
    const [broken] = this.library.add(kept);
    if (broken) throw new AppError('course_invalid', `${broken.at}: ${broken.what}`);
    log.info('course.imported', { courseId: kept.courseId, kind: origin.kind });
    return this.#report('imported', kept, { findings, ignored, images });
  }

  #report(
    outcome: TakenImport['outcome'],
    { courseId, number }: Pick<Version, 'courseId' | 'number'>,
    rest: Pick<TakenImport, 'findings' | 'ignored' | 'images'>,
  ): ImportReport {
    return { outcome, courseId, number, ...rest };
  }

  async #read(
    source: CourseSource,
    {
      staging,
      incoming,
      images,
      signal,
    }: { staging: CourseStaging; incoming: string; images: string[]; signal: AbortSignal },
  ): Promise<CourseOrigin> {
    const { productHome, git: policy, limits = IMPORT_LIMITS } = this.#options;
    switch (source.kind) {
      case 'directory': {
        await readDirectory({ directory: source.directory, staging, home: productHome, signal });
        return { kind: 'directory', where: path.resolve(source.directory), revision: null };
      }
      case 'archive': {
        const onImages = this.#imagesInto({ staging, images, signal });
        await readArchive({ archive: source.archive, staging, limits, onImages, signal });
        return { kind: 'archive', where: source.name, revision: null };
      }
      case 'git': {
        const folder = `${incoming}.work`;
        const { revision } = await readGit({ source: source.git, policy, staging, limits, folder, signal });
        return { kind: 'git', where: source.git.url, revision };
      }
    }
  }

  /** Images come behind the course: where that has errors, none of them is taken. */
  #imagesInto({ staging, images, signal }: { staging: CourseStaging; images: string[]; signal: AbortSignal }) {
    return async (archive: Readable) => {
      const { loadImages } = this.#options;
      const [first] = (await this.#lookedOver(staging, signal)).filter(({ severity }) => severity === 'error');
      if (first) throw new ImportRefusal(`${first.file}:${first.line}`, first.what, first.remedy);
      const names = await loadImages(archive, signal);
      if (names === null) {
        const remedy = 'import the course without them';
        throw new ImportRefusal('images', 'cannot be taken: this server has no image mirror', remedy);
      }
      images.push(...names);
    };
  }

  async #lookedOver(staging: CourseStaging, signal: AbortSignal): Promise<Finding[]> {
    const { contentDir, tree, patienceMs } = this.#options;
    const { family, courseDir } = staging;
    if (courseFamily(family).number !== null || tree.list().some(({ courseId }) => courseId === family)) {
      throw new ImportRefusal(
        family,
        'is the name of a course of this server',
        'give the course’s folder another name',
      );
    }
    return (await lookOver({ courseDir, contentDir, patienceMs, signal })).slice(0, TOLD_FINDINGS);
  }
}

/** The id of the newest version of a class's course, where that is not the one that it works with. */
export function newerVersion(library: Pick<CourseLibrary, 'offered'>, courseId: string): string | null {
  const { family, number } = courseFamily(courseId);
  if (number === null) return null;
  const newest = library.offered().find((one) => courseFamily(one.courseId).family === family);
  return newest && newest.courseId !== courseId ? newest.courseId : null;
}

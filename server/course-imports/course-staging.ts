import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { COURSE_ID } from '#server/courses/lint/lint-course.ts';
import { type ImportLimits, ImportRefusal, tooLarge } from './import-limits.ts';

/** What a course is made of. Anything else is passed over and named. */
const PARTS = [
  /^(course\.yaml|course\.schema\.json|step-ids\.yaml|commands\.txt|[A-Z][A-Za-z0-9.-]*)$/,
  /^checks\/[a-z0-9][a-z0-9-]*\.sh$/,
  /^\d{2}-[a-z][a-z0-9-]*\/(chapter(\.[a-z]{2})?\.md|checks\/[a-z0-9][a-z0-9-]*\.sh|figures\/[A-Za-z0-9][A-Za-z0-9._-]*)$/,
];
const CHAPTER = /^\d{2}-/;
/** Packers of other systems put these beside the real thing. */
const LITTER = /^(__MACOSX\/|pax_global_header$)|(^|\/)\._/;
const TOLD_IGNORED = 50;
const HIDDEN = /[\p{Cc}\\]/u;

export type Entry = { name: string; kind: 'file' | 'folder' | 'link'; size: number };

/** Takes the files of one course from whatever brings them, into a folder that nobody looks at yet. */
export class CourseStaging {
  readonly ignored: string[] = [];
  readonly #folder: string;
  readonly #limits: ImportLimits;
  readonly #names = new Set<string>();
  #family: string | null = null;
  #entries = 0;
  #bytes = 0;

  constructor(folder: string, limits: ImportLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** The course's folder name, which becomes its id. Throws a refusal where nothing came. */
  get family(): string {
    if (this.#family === null) throw new ImportRefusal('course.yaml', 'there is no course in it', ONE_FOLDER);
    return this.#family;
  }

  get courseDir(): string {
    return path.join(this.#folder, this.family);
  }

  /**
   * Whether the entry's content is wanted; then `write` must follow. Names that lead elsewhere, and links in a place where
   * a file of the course belongs, refuse the whole course.
   */
  wants({ name, kind, size }: Entry): boolean {
    this.#entries += 1;
    this.#bytes += size;
    if (this.#entries > this.#limits.entries) throw tooLarge(name, `more than ${this.#limits.entries} files`);
    if (this.#bytes > this.#limits.unpackedBytes) throw tooLarge(name, `more than ${this.#limits.unpackedBytes} bytes`);
    const clean = safeName(name, this.#limits);
    if (clean === '' || LITTER.test(clean)) return false;
    const [top = '', ...rest] = clean.split('/');
    if (rest.length === 0 && kind !== 'folder') throw new ImportRefusal(name, 'lies beside the course', ONE_FOLDER);
    this.#beginWith(top);
    const part = rest.join('/');
    if (kind === 'folder') return false;
    if (!PARTS.some((pattern) => pattern.test(part))) {
      this.#ignore(part);
      return false;
    }
    if (kind === 'link') throw new ImportRefusal(name, 'is a link', 'put the file itself there');
    const most = part.includes('/figures/') ? this.#limits.fileBytes : this.#limits.textBytes;
    if (size > most) throw tooLarge(name, `has more than ${most} bytes`);
    if (this.#names.has(clean)) throw new ImportRefusal(name, 'is in it twice', 'keep one of them');
    this.#names.add(clean);
    return true;
  }

  /** Writes what `wants` said yes to. What brings more than it announced is broken off. */
  async write({ name, size }: Entry, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const target = path.join(this.#folder, safeName(name, this.#limits));
    await mkdir(path.dirname(target), { recursive: true, mode: 0o755 });
    await using file = await open(target, 'wx', 0o644);
    let written = 0;
    for await (const chunk of content) {
      written += chunk.length;
      if (written > size) throw tooLarge(name, 'is larger than announced');
      await file.write(chunk);
    }
    if (written !== size) throw new ImportRefusal(name, 'is cut off', 'send it again');
  }

  /** A folder that is no chapter is named once, not file by file. */
  #ignore(part: string): void {
    const [folder = '', rest] = part.split('/');
    const told = rest === undefined || CHAPTER.test(folder) || folder === 'checks' ? part : `${folder}/`;
    if (this.ignored.length < TOLD_IGNORED && !this.ignored.includes(told)) this.ignored.push(told);
  }

  #beginWith(top: string): void {
    if (this.#family === null) {
      if (!COURSE_ID.test(top)) {
        throw new ImportRefusal(top, 'cannot be the name of a course', 'small letters, digits and dashes, 41 at most');
      }
      this.#family = top;
    }
    if (top !== this.#family) throw new ImportRefusal(top, `lies beside the folder ${this.#family}`, ONE_FOLDER);
  }
}

const ONE_FOLDER = 'one folder, named like the course, holds course.yaml and the chapters';

/** A name in one form; one that leads out of the course, or that hides something, refuses all of it. */
function safeName(name: string, { nameBytes }: ImportLimits): string {
  const shown = name.slice(0, 80).replace(/\p{Cc}/gu, '?');
  const refuse = (what: string) => new ImportRefusal(shown, what, 'pack the course’s folder with an ordinary packer');
  if (Buffer.byteLength(name) > nameBytes) throw refuse('the name is too long');
  if (HIDDEN.test(name)) throw refuse('the name has characters that no file of a course has');
  if (name.startsWith('/')) throw refuse('the name leads out of the course');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw refuse('the name leads out of the course');
  return parts.join('/');
}

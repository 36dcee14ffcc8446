import type { Finding } from '#server/courses/lint/finding.ts';

const MIB = 1024 ** 2;

/** What a course from outside may be at most. Texts, scripts and figures stay far below. */
export const IMPORT_LIMITS = {
  /** Of a zip file, and of what a repository sends. Images for the mirror are not counted. */
  packedBytes: 64 * MIB,
  /** Of all files that are kept, and of all that are passed over. */
  unpackedBytes: 64 * MIB,
  fileBytes: 8 * MIB,
  /** Of a text or script: a page of a book has 3 KiB. */
  textBytes: MIB,
  entries: 4_000,
  nameBytes: 200,
} as const;

export type ImportLimits = { readonly [K in keyof typeof IMPORT_LIMITS]: number };

/** Why a course was not taken, in words for the admin. Everything else that is thrown is a fault. */
export class ImportRefusal extends Error {
  readonly finding: Finding;

  constructor(file: string, what: string, remedy: string, cause?: unknown) {
    super(`${file}: ${what}`, { cause });
    this.name = 'ImportRefusal';
    this.finding = { severity: 'error', file, line: 1, what, remedy };
  }
}

export const tooLarge = (file: string, what: string): ImportRefusal =>
  new ImportRefusal(file, what, 'a course holds texts, scripts and figures: leave the rest out');

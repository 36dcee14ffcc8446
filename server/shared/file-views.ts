/** What a page asks about the files of a sandbox, and what it is told. */
import { z } from 'zod';
import { isFileName, isFilePath } from './file-paths.ts';

/** A larger file is not opened in the page, only downloaded. */
export const LARGEST_TEXT_BYTES = 1024 * 1024;
/** More entries of one folder are not listed. */
export const MOST_ENTRIES = 10_000;
/** More files at once are a folder: an archive does it better. */
export const MOST_UPLOADS = 50;

const path = z.string().refine(isFilePath, 'an absolute, normalised path');
const name = z.string().refine(isFileName, 'a name of a file');
const shell = z.string().regex(/^shell-[1-9]$/);

export const fileRequest = z.discriminatedUnion('op', [
  /** Where files would land: beside a shell's prompt, or in a folder that is named. */
  z.strictObject({
    op: z.literal('place'),
    target: z.union([z.strictObject({ shell }), z.strictObject({ directory: path })]),
    names: z.array(name).max(MOST_UPLOADS),
  }),
  /** Null: the home. */
  z.strictObject({ op: z.literal('list'), directory: path.nullable() }),
  z.strictObject({ op: z.literal('read'), path }),
  z.strictObject({ op: z.literal('makeFolder'), directory: path, name }),
  z.strictObject({ op: z.literal('rename'), path, name }),
  /** A folder goes with all that is in it. */
  z.strictObject({ op: z.literal('remove'), path }),
]);
export type FileRequest = z.infer<typeof fileRequest>;

/**
 * What becomes of a file that has the name already. `refuse`: `file_exists`. `keep`: the new one gets another name.
 * `save`: it is replaced while it is still as `version` says, else `file_changed`.
 */
export const fileWrite = z.discriminatedUnion('clash', [
  z.strictObject({ clash: z.literal('refuse'), directory: path, name }),
  z.strictObject({ clash: z.literal('keep'), directory: path, name }),
  z.strictObject({ clash: z.literal('replace'), directory: path, name }),
  z.strictObject({
    clash: z.literal('save'),
    directory: path,
    name,
    version: z.string().regex(/^\d{1,16}-[0-9a-f]{64}$/),
  }),
]);
export type FileWrite = z.infer<typeof fileWrite>;

/** `file_place`: what stands in a name's way; `other` cannot be replaced by a file. */
export type Clash = { name: string; kind: 'file' | 'other' };

export type FilePlace = {
  directory: string;
  /** Why it is the home and not where the shell is; null where it is as asked. */
  insteadOf: 'unknown' | 'missing' | 'denied' | null;
  clashes: Clash[];
  /** Larger files are not taken. */
  limitBytes: number;
};

export type EntryKind = 'file' | 'folder' | 'link_to_file' | 'link_to_folder' | 'broken_link' | 'special';

export type FileEntry = {
  /** With marks in place of bytes that are no text: then it cannot be named, and `path` is null. */
  name: string;
  path: string | null;
  kind: EntryKind;
  sizeBytes: number;
  /** Milliseconds since 1970. */
  changedAt: number;
};

export type FolderView = {
  path: string;
  writable: boolean;
  entries: FileEntry[];
  /** There are more than are listed. */
  cut: boolean;
  /** Larger files are not taken from the page. */
  limitBytes: number;
};

export type FileView = {
  /** Where it really lies, links followed: what is saved goes there. */
  path: string;
  sizeBytes: number;
  changedAt: number;
  writable: boolean;
  content: { kind: 'text'; text: string; version: string } | { kind: 'binary' } | { kind: 'large' };
};

/** How a file was after it was written. */
export type WrittenFile = { path: string; sizeBytes: number; version: string };

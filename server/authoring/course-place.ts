import { existsSync } from 'node:fs';
import path from 'node:path';
import { courseFolders } from '#server/courses/course-files.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The product's own courses, its helpers for checks and its lab image. */
export const CONTENT_DIR = path.resolve(ROOT, process.env.CHAPTERHOUSE_CONTENT ?? 'content');

/** A course's folder from what an author typed: a folder, or the name of one in the content folder. */
export function courseDirOf(typed: string): string {
  const inContent = path.join(CONTENT_DIR, typed);
  return !existsSync(typed) && existsSync(inContent) ? inContent : path.resolve(typed);
}

/** Every course of the content folder. */
export const allCourseDirs = (): string[] => courseFolders(CONTENT_DIR).map((name) => path.join(CONTENT_DIR, name));

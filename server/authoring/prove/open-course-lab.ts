import path from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { imageDirOf } from '#server/courses/lint/lint-course.ts';
import { CONTENT_DIR } from '../course-place.ts';
import { type Lab, openLab } from './lab.ts';
import { openProveEngine } from './prove-engine.ts';

/** The options of every command that needs sandboxes. */
export const ENGINE_OPTIONS = {
  'engine-home': { type: 'string', default: process.env.CHAPTERHOUSE_ENGINE_HOME ?? '' },
  'engine-index': { type: 'string', default: process.env.CHAPTERHOUSE_ENGINE_INDEX ?? '1' },
} satisfies ParseArgsConfig['options'];

export const ENGINE_USAGE = `  --engine-home DIR, --engine-index N   borrow that running engine instead of starting one`;

type CourseLab = { courseDir: string; engineHome: string; engineIndex: string; signal: AbortSignal };

/** Sandboxes of a course's lab image, on a borrowed engine or on one that `close` ends. */
export async function openCourseLab({ courseDir, engineHome, engineIndex, signal }: CourseLab): Promise<Lab> {
  const borrowed = engineHome === '' ? null : { home: path.resolve(engineHome), index: Number(engineIndex) };
  const imageDir = imageDirOf({ courseDir, contentDir: CONTENT_DIR });
  return openLab(
    await openProveEngine({ imageDir, borrowed, signal, say: (line) => void process.stderr.write(`${line}\n`) }),
  );
}

/** Aborted by the first Ctrl-C, so that sandboxes and engine are ended; a second one ends us at once. */
export function untilInterrupted(): AbortSignal {
  const given = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => given.abort(new Error(`ended by ${name}`)));
  }
  return given.signal;
}

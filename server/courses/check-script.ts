import path from 'node:path';
import { readText } from './course-files.ts';
import type { StepCheck } from './course-model.ts';

/** Long enough for a slow engine, short enough for a student who waits. */
export const CHECK_TIMEOUT_MS = 5_000;

/** A check that ends without saying pass or fail is a fault of its author. */
const SAID_NOTHING = 70;

/**
 * Helpers and author's script as one group: bash reads all of it before it runs any, so nothing in it can eat the rest
 * from standard input.
 */
export function composeCheck(helpers: string, script: string): string {
  return `{\n${helpers}\n${script}\nexit ${SAID_NOTHING}\n} < /dev/null\n`;
}

/** Finds the checks of one chapter: its own first, then those that the course shares. */
export function checkFinder({
  helpersDir,
  courseDir,
  chapterDir,
}: Record<'helpersDir' | 'courseDir' | 'chapterDir', string>) {
  const helpers = readText(path.join(helpersDir, 'checks', 'lib.sh')) ?? '';
  return (name: string): StepCheck | null => {
    const own = readText(path.join(chapterDir, 'checks', `${name}.sh`));
    const script = own ?? readText(path.join(courseDir, 'checks', `${name}.sh`));
    return script === null ? null : { script: composeCheck(helpers, script), timeoutMs: CHECK_TIMEOUT_MS };
  };
}

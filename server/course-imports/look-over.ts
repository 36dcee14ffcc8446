import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Finding } from '#server/courses/lint/finding.ts';
import { ImportRefusal } from './import-limits.ts';

const PATIENCE_MS = 60_000;
const MEMORY_MIB = 512;
const SAID_BYTES = 16 * 1024 ** 2;
const CLI = path.join(import.meta.dirname, 'look-over-cli.ts');

const findings = z.array(
  z.strictObject({
    severity: z.enum(['error', 'warning', 'note']),
    file: z.string(),
    line: z.int(),
    what: z.string(),
    remedy: z.string(),
  }),
);

type LookOver = { courseDir: string; contentDir: string; patienceMs?: number | undefined; signal: AbortSignal };

/**
 * What lint says of a course that somebody sent. In a process of its own: a text that is made to be slow to read costs
 * that process its life, and no terminal of a class a moment.
 */
export async function lookOver({
  courseDir,
  contentDir,
  patienceMs = PATIENCE_MS,
  signal,
}: LookOver): Promise<Finding[]> {
  const args = [`--max-old-space-size=${MEMORY_MIB}`, CLI, courseDir, contentDir];
  const options = { timeout: patienceMs, killSignal: 'SIGKILL', maxBuffer: SAID_BYTES, signal } as const;
  const { stdout } = await promisify(execFile)(process.execPath, args, options).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new ImportRefusal(path.basename(courseDir), 'cannot be looked over', LOOK_YOURSELF, error);
  });
  return findings.parse(JSON.parse(stdout));
}

const LOOK_YOURSELF = 'npm run course:lint on the course says more; a text may be too large';

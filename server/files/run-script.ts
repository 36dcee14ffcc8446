import { AppError } from '#server/errors.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { REFUSAL_MARK } from './file-scripts.ts';

/** A healthy sandbox answers within a tenth of a second; a busy one may take its time. */
const TIMEOUT_MS = 30_000;

/** The words of the scripts, as refusals that a page can say. */
const REFUSALS: Record<string, ErrorCode> = {
  missing: 'file_missing',
  denied: 'file_denied',
  exists: 'file_exists',
  changed: 'file_changed',
  kind: 'file_kind',
  lost: 'file_place_lost',
};

/** What the programs of the scripts say of the kernel's own refusals, in the C locale. */
const KERNEL_WORDS: readonly [RegExp, ErrorCode][] = [
  [/No space left on device|Disk quota exceeded|File too large/, 'sandbox_full'],
  [/Permission denied|Read-only file system|Operation not permitted|Device or resource busy/, 'file_denied'],
  [/File name too long|Invalid argument/, 'file_name_invalid'],
  [/Directory not empty|File exists/, 'file_exists'],
  [/No such file or directory|Not a directory/, 'file_missing'],
];

export type Script = {
  script: string;
  args: readonly string[];
  stdin?: Uint8Array;
  /** Of standard output; more is a fault. */
  maxOutputBytes?: number;
  signal?: AbortSignal;
};

/** Runs one of our scripts as the student and answers what it printed. Rejects with what stood in the way. */
export async function runScript(sandbox: Sandbox, request: Script): Promise<string> {
  const { script, args, stdin, signal, maxOutputBytes = 16 * 1024 } = request;
  const result = await sandbox.exec({
    argv: ['bash', '--noprofile', '--norc', '-c', script, 'files', ...args],
    user: 'student',
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes,
    ...(stdin && { stdin }),
    ...(signal && { signal }),
  });
  if (result.timedOut) throw new AppError('timed_out', 'a file of a sandbox');
  if (result.exitCode !== 0) throw refusalOf(result.stderr);
  if (result.truncated) throw new AppError('file_failed', `more than ${maxOutputBytes} bytes were printed`);
  return result.stdout;
}

/** As `runScript`, for scripts that print bytes. */
export async function runForBytes(sandbox: Sandbox, request: Script): Promise<Buffer> {
  return Buffer.from(await runScript(sandbox, request), 'base64');
}

/** The last word counts: names may hold a mark of their own, but come before. */
function refusalOf(stderr: string): AppError {
  const word = stderr.trimEnd().split('\n').at(-1) ?? '';
  const refusal = word.startsWith(REFUSAL_MARK) ? REFUSALS[word.slice(REFUSAL_MARK.length)] : undefined;
  const kernel = KERNEL_WORDS.find(([pattern]) => pattern.test(stderr))?.[1];
  return new AppError(refusal ?? kernel ?? 'file_failed', `a file of a sandbox: ${stderr.slice(0, 400)}`);
}

/** Cuts the first `count` texts that end with NUL from bytes. */
export function cutRecords(bytes: Buffer, count: number): { records: string[]; rest: Buffer } {
  const records: string[] = [];
  let at = 0;
  for (; records.length < count; ) {
    const end = bytes.indexOf(0, at);
    if (end === -1) throw new AppError('file_failed', 'an answer about files that cannot be read');
    records.push(bytes.toString('utf8', at, end));
    at = end + 1;
  }
  return { records, rest: bytes.subarray(at) };
}

import path from 'node:path';
import { AppError } from '#server/errors.ts';
import type { ExecRequest, ExecResult, SandboxFile } from '#server/sandboxes/driver.ts';
import { packTar, unpackTar } from './tar-archive.ts';

/** As `ExecResult`, with the bytes as they came. */
export type RawExecResult = Omit<ExecResult, 'stdout' | 'stderr'> & { stdout: Buffer; stderr: Buffer };
export type RawExec = (request: ExecRequest) => Promise<RawExecResult>;

const LIMITS = { timeoutMs: 60_000, maxOutputBytes: 64 * 1024 * 1024 };

const PUT_SCRIPT = `
if [ ! -d "$1" ]; then
  if [ "$(id -u)" = 0 ]; then install -d -o student -g student -- "$1"; else mkdir -p -- "$1"; fi || exit
fi
exec tar --extract --touch --preserve-permissions --no-overwrite-dir --directory "$1" --file -
`.trim();

type Put = { user: ExecRequest['user']; directory: string; files: readonly SandboxFile[] };

/** Unpacks inside the sandbox, so that no link a student made leads out of it. */
export async function putFilesByTar(exec: RawExec, { user, directory, files }: Put): Promise<void> {
  const result = await exec({
    argv: ['sh', '-c', PUT_SCRIPT, 'sh', directory],
    user,
    stdin: packTar(files),
    ...LIMITS,
  });
  if (result.exitCode !== 0) throw new AppError('sandbox_failed', `files not put: ${result.stderr.toString()}`);
}

export async function getFilesByTar(exec: RawExec, paths: readonly string[]): Promise<SandboxFile[]> {
  const argv = ['tar', '--create', '--absolute-names', '--dereference', '--file', '-', '--', ...paths] as const;
  const result = await exec({ argv: [...argv], user: 'root', ...LIMITS });
  if (result.exitCode !== 0) throw new AppError('not_found', `files not read: ${result.stderr.toString()}`);
  if (result.truncated) throw new AppError('sandbox_failed', `files above ${LIMITS.maxOutputBytes} bytes`);
  return unpackTar(result.stdout).filter((file) => isAmong(file.path, paths));
}

/** The sandbox's tar may name what it likes: only what was asked for, or lies in it, is an answer. */
function isAmong(name: string, asked: readonly string[]): boolean {
  if (path.posix.normalize(name) !== name) return false;
  return asked.some((one) => name === one || name.startsWith(`${path.posix.normalize(one).replace(/\/$/, '')}/`));
}

export function textOf({ stdout, stderr, ...rest }: RawExecResult): ExecResult {
  return { ...rest, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
}

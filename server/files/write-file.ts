import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { freeNames, joinPath } from '#server/shared/file-paths.ts';
import type { FileWrite, WrittenFile } from '#server/shared/file-views.ts';
import { APPEND_SCRIPT, COMMIT_SCRIPT, DISCARD_SCRIPT } from './file-scripts.ts';
import { versionOf } from './read-file.ts';
import { runScript } from './run-script.ts';

/** A whole file is never held in memory: it is handed over in pieces of this size. */
const PIECE_BYTES = 2 * 1024 * 1024;
/** Names that are tried where both shall be kept. */
const MOST_NAMES = 99;

export type WriteRequest = {
  where: FileWrite;
  chunks: AsyncIterable<Uint8Array>;
  limitBytes: number;
  signal: AbortSignal;
};

/**
 * Writes a file as the student: into one of our own name beside it, which gets its name when all of it is there. What was
 * there before is whole until then, and stays when anything fails.
 */
export async function writeFile(sandbox: Sandbox, request: WriteRequest): Promise<WrittenFile> {
  const { where, signal } = request;
  const part = `.chapterhouse-${randomBytes(12).toString('hex')}.part`;
  try {
    const { length, hash } = await sendPieces(sandbox, part, request);
    const names = where.clash === 'keep' ? freeNames(where.name, MOST_NAMES) : [where.name];
    const how = where.clash === 'keep' || where.clash === 'refuse' ? 'new' : where.clash;
    const [size = '', known = ''] = where.clash === 'save' ? where.version.split('-') : [];
    const args = [where.directory, part, String(length), how, size, known, ...names];
    const at = Number(await runScript(sandbox, { script: COMMIT_SCRIPT, args, signal }));
    const path = joinPath(where.directory, names[at] ?? where.name);
    return { path, sizeBytes: length, version: versionOf(length, hash) };
  } catch (error) {
    await runScript(sandbox, { script: DISCARD_SCRIPT, args: [where.directory, part] }).catch((reason: unknown) =>
      log.debug('files.part_left', { err: reason }),
    );
    throw error;
  }
}

async function sendPieces(sandbox: Sandbox, part: string, { where, chunks, limitBytes, signal }: WriteRequest) {
  const hash = createHash('sha256');
  let length = 0;
  for await (const stdin of gathered(chunks)) {
    if (length + stdin.length > limitBytes) throw new AppError('file_too_large', `more than ${limitBytes} bytes`);
    const args = [where.directory, part, String(length), String(stdin.length)];
    await runScript(sandbox, { script: APPEND_SCRIPT, args, stdin, signal });
    hash.update(stdin);
    length += stdin.length;
  }
  return { length, hash: hash.digest('hex') };
}

/** Chunks joined to pieces; an empty file is one empty piece. */
async function* gathered(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let isFirst = true;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(waiting);
    isFirst = false;
    waiting = [];
    bytes = 0;
  }
  if (isFirst || bytes > 0) yield Buffer.concat(waiting);
}

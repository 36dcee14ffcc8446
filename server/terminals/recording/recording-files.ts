import { createReadStream } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { AppError } from '#server/errors.ts';

const ENDING = '.cast';
/** Longer than any line. */
const TAIL_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
const ID = /^[0-9a-f-]{36}$/;

/** The file's whole lines. */
export type ReadableRecording = { stream(): ReadableStream };
export type FoundRecording = { bytes: number; writtenAt: Date };

export const recordingPath = (folder: string, recordingId: string): string =>
  path.join(folder, `${recordingId}${ENDING}`);

/** Rejects with `not_found` where there is no such file. */
export async function readRecording(folder: string, recordingId: string): Promise<ReadableRecording> {
  if (!ID.test(recordingId)) throw new AppError('not_found', 'no recording id');
  const file = recordingPath(folder, recordingId);
  const bytes = await wholeLines(file);
  if (bytes === 0) throw new AppError('not_found', `recording ${recordingId} has no file`);
  // Its type is Node's own; a response takes it as the browser's.
  const stream = () => Readable.toWeb(createReadStream(file, { end: bytes - 1 })) as ReadableStream;
  return { stream };
}

/** Null where there is no file. */
export async function findRecordingFile(folder: string, recordingId: string): Promise<FoundRecording | null> {
  const found = await stat(recordingPath(folder, recordingId)).catch(nullWhereMissing);
  return found && { bytes: found.size, writtenAt: found.mtime };
}

export async function listRecordingFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(nullWhereMissing)) ?? [];
  const ids = names.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
  return ids.filter((id) => ID.test(id));
}

export async function removeRecording(folder: string, recordingId: string): Promise<void> {
  if (ID.test(recordingId)) await rm(recordingPath(folder, recordingId), { force: true });
}

/** A server that was killed may have left half a line, and one that writes may be in the middle of it. */
async function wholeLines(file: string): Promise<number> {
  const handle = await open(file).catch(nullWhereMissing);
  if (!handle) return 0;
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    return end === -1 ? 0 : from + end + 1;
  } finally {
    await handle.close();
  }
}

function nullWhereMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

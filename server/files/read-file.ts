import { createHash } from 'node:crypto';
import { AppError } from '#server/errors.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { type FileView, LARGEST_TEXT_BYTES } from '#server/shared/file-views.ts';
import { READ_SCRIPT } from './file-scripts.ts';
import { cutRecords, runForBytes } from './run-script.ts';

/** Large enough that a command for each costs little, small enough for a class that downloads at once. */
const PIECE_BYTES = 2 * 1024 * 1024;
/** More is no lesson's file. */
export const LARGEST_DOWNLOAD_BYTES = 1024 ** 3;

type Piece = {
  /** Links followed. */
  path: string;
  sizeBytes: number;
  changedAt: number;
  /** The same as long as it is the same file. */
  identity: string;
  writable: boolean;
  bytes: Buffer;
};

type Part = { path: string; offset: number; count: number; signal?: AbortSignal };

async function readPiece(sandbox: Sandbox, { path, offset, count, signal }: Part): Promise<Piece> {
  const answer = await runForBytes(sandbox, {
    script: READ_SCRIPT,
    args: [path, String(offset), String(count)],
    maxOutputBytes: Math.ceil((count + 16 * 1024) / 3) * 4,
    ...(signal && { signal }),
  });
  const { records, rest } = cutRecords(answer, 3);
  const [real = path, told = '', writable] = records;
  const [size, changed, identity = ''] = told.split(' ');
  return {
    path: real,
    sizeBytes: Number(size),
    changedAt: Math.floor(Number(changed) * 1000),
    identity,
    writable: writable === 'w',
    bytes: rest,
  };
}

/** How a content is told from another one: what is in it. A file that was merely touched has not changed. */
export const versionOf = (sizeBytes: number, hash: string): string => `${sizeBytes}-${hash}`;

/** A file for the editor: its text where it is one and not too large. */
export async function readFile(sandbox: Sandbox, path: string): Promise<FileView> {
  const piece = await readPiece(sandbox, { path, offset: 0, count: LARGEST_TEXT_BYTES + 1 });
  const { bytes, path: real, changedAt, writable } = piece;
  // Files of /proc have no size until they are read.
  const sizeBytes = Math.max(piece.sizeBytes, bytes.length);
  return { path: real, sizeBytes, changedAt, writable, content: contentOf(bytes) };
}

function contentOf(bytes: Buffer): FileView['content'] {
  if (bytes.length > LARGEST_TEXT_BYTES) return { kind: 'large' };
  const text = textOf(bytes);
  if (text === null) return { kind: 'binary' };
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { kind: 'text', text, version: versionOf(bytes.length, hash) };
}

/** Null for what would not come back as the same bytes. */
function textOf(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export type Download = { path: string; pieces: AsyncGenerator<Buffer> };

/**
 * A file's bytes as they were counted at the start: what is added meanwhile is not in it. `pieces` throws when the file
 * was cut or replaced meanwhile, so that nobody takes a mixture for the file.
 */
export async function openDownload(sandbox: Sandbox, path: string, signal: AbortSignal): Promise<Download> {
  const first = await readPiece(sandbox, { path, offset: 0, count: PIECE_BYTES, signal });
  const { sizeBytes, path: real } = first;
  if (sizeBytes > LARGEST_DOWNLOAD_BYTES) throw new AppError('file_too_large', `${sizeBytes} bytes are asked for`);
  async function* pieces(): AsyncGenerator<Buffer> {
    let offset = 0;
    for (let piece = first; ; piece = await readPiece(sandbox, { path: real, offset, count: PIECE_BYTES, signal })) {
      const bytes = piece.bytes.subarray(0, sizeBytes - offset);
      const isShort = bytes.length < Math.min(PIECE_BYTES, sizeBytes - offset);
      if (isShort || piece.identity !== first.identity) throw new AppError('file_changed', 'while it was downloaded');
      offset += bytes.length;
      if (bytes.length > 0) yield bytes;
      if (offset >= sizeBytes) return;
    }
  }
  return { path: real, pieces: pieces() };
}

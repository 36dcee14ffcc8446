import { AppError } from '#server/errors.ts';
import { LARGEST_ARCHIVE_BYTES } from '#server/shared/mirror.ts';

const GIB = 1024 ** 3;

/** What an uploaded archive may hold at most. Far above what an image for a class needs. */
export const ARCHIVE_LIMITS = {
  /** As it is sent. */
  archiveBytes: LARGEST_ARCHIVE_BYTES,
  /** Of everything in it, taken apart; of one layer, unpacked. */
  unpackedBytes: 16 * GIB,
  /** Unpacked bytes for each packed one; honest files stay far below. A small file may be any times itself. */
  ratio: 250,
  smallBytes: 16 * 1024 ** 2,
  entries: 20_000,
  nameBytes: 255,
  /** Of a manifest, an index or a configuration. */
  jsonBytes: 4 * 1024 ** 2,
  /** As many as Docker itself can mount. */
  layers: 127,
  images: 50,
  /** An index may name another one. */
  depth: 3,
} as const;

export type ArchiveLimits = { readonly [K in keyof typeof ARCHIVE_LIMITS]: number };

export const invalid = (reason: string, cause?: unknown): AppError =>
  new AppError('archive_invalid', `not an archive of images: ${reason}`, { cause });

export const tooLarge = (reason: string): AppError =>
  new AppError('archive_too_large', `the archive is too large: ${reason}`);

/** Breaks off a bomb: what unpacks to far more than it is packed into, or to more than anybody needs. */
export function createBombWatch(packedBytes: number, limits: ArchiveLimits): (unpackedBytes: number) => void {
  const most = Math.min(limits.unpackedBytes, Math.max(limits.smallBytes, packedBytes * limits.ratio));
  return (unpackedBytes) => {
    if (unpackedBytes > most) throw tooLarge(`${packedBytes} bytes unpack to more than ${most}`);
  };
}

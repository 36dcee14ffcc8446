import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type ArchiveLimits, createBombWatch } from './archive-limits.ts';
import { counting, packingOf, unpacker } from './compression.ts';
import type { StoredFile } from './unpack-archive.ts';

type Work = { limits: ArchiveLimits; signal?: AbortSignal | undefined };

/** The digest of a layer as it is unpacked, read through once. A bomb is broken off. */
export async function unpackedDigest(layer: StoredFile, { limits, signal }: Work): Promise<string> {
  const packing = await packingOf(layer.path);
  if (packing === 'none') return layer.digest;
  const hash = createHash('sha256');
  const watch = createBombWatch(layer.size, limits);
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  const count = counting((bytes, chunk) => {
    watch(bytes);
    hash.update(chunk);
  });
  await pipeline(createReadStream(layer.path), unpacker(packing), count, sink, signal ? { signal } : {});
  return `sha256:${hash.digest('hex')}`;
}

/** The layer as registries keep it: packed. One that is packed already stays as it is. */
export async function packLayer(layer: StoredFile, target: string, signal?: AbortSignal): Promise<StoredFile> {
  if ((await packingOf(layer.path)) === 'gzip') return layer;
  const hash = createHash('sha256');
  let size = 0;
  const count = counting((bytes, chunk) => {
    size = bytes;
    hash.update(chunk);
  });
  const options = signal ? { signal } : {};
  const file = createWriteStream(target, { flags: 'wx', mode: 0o600 });
  await pipeline(createReadStream(layer.path), createGzip({ level: 6 }), count, file, options);
  return { path: target, size, digest: `sha256:${hash.digest('hex')}` };
}

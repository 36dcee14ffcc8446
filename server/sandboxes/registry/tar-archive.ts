import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

export type TarEntry =
  | { kind: 'directory'; path: string; mode: number }
  | { kind: 'file'; path: string; mode: number; content: Uint8Array | string }
  | { kind: 'link'; path: string; target: string };

/** Owners and times are fixed, so that the same content always has the same digest. */
const FIXED = { uid: 0, gid: 0, mtime: new Date(0) };

export async function tarArchive(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  const read = buffer(archive);
  for (const entry of entries) {
    if (entry.kind === 'file')
      archive.entry({ ...FIXED, name: entry.path, mode: entry.mode }, Buffer.from(entry.content));
    else if (entry.kind === 'directory')
      archive.entry({ ...FIXED, name: entry.path, mode: entry.mode, type: 'directory' });
    else archive.entry({ ...FIXED, name: entry.path, mode: 0o777, type: 'symlink', linkname: entry.target });
  }
  archive.finalize();
  return read;
}

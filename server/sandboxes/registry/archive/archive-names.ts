import path from 'node:path';
import type { Header } from 'tar-stream';
import { type ArchiveLimits, invalid } from './archive-limits.ts';

const CONTROL = /[\p{Cc}\\]/u;

/** A name inside the archive, in one form; one that leads out of it, or that hides something, refuses the archive. */
export function safeName(name: string, limits: Pick<ArchiveLimits, 'nameBytes'>): string {
  if (Buffer.byteLength(name) > limits.nameBytes) throw invalid('a name is too long');
  if (CONTROL.test(name)) throw invalid('a name has characters that no archive of images has');
  if (name.startsWith('/')) throw invalid(`${name} is no name inside the archive`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw invalid(`${name} leads out of the archive`);
  return parts.join('/');
}

/** Where a link leads, as a name inside the archive; null for files and folders. Other kinds refuse the archive. */
export function linkTarget(
  { type, linkname }: Pick<Header, 'type' | 'linkname'>,
  { name, limits }: { name: string; limits: Pick<ArchiveLimits, 'nameBytes'> },
): string | null {
  if (type === 'file' || type === 'directory') return null;
  if (type === 'link') return safeName(linkname, limits);
  if (type !== 'symlink') throw invalid(`${name} is a ${type}`);
  if (linkname.startsWith('/')) throw invalid(`${name} leads out of the archive`);
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(name), linkname));
  return safeName(target, limits);
}

/** Links become a second name of the file they lead to. Only files count: a link to a link, or to nothing, refuses. */
export function withLinks<T>(
  files: ReadonlyMap<string, T>,
  links: ReadonlyMap<string, string>,
): ReadonlyMap<string, T> {
  const all = new Map(files);
  for (const [name, target] of links) {
    const file = files.get(target);
    if (file === undefined) throw invalid(`${name} leads to no file of the archive`);
    all.set(name, file);
  }
  return all;
}

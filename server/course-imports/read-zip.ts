import { crc32, inflateRawSync } from 'node:zlib';
import type { CourseStaging, Entry } from './course-staging.ts';
import { ImportRefusal } from './import-limits.ts';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
/** Unix file types, in the upper half of the external attributes. */
const TYPE_MASK = 0o170000;
const SYMLINK = 0o120000;
const UNIX = 3;

type ZipEntry = Entry & { method: number; packed: number; at: number; crc: number };

/**
 * Takes a course out of a zip file that lies in memory. Only the plain kind: stored or deflated, one part, no encryption,
 * no zip64. Each file is unpacked to the size that its directory announces and no byte further.
 */
export async function readZip(zip: Buffer, staging: CourseStaging): Promise<void> {
  for (const entry of directoryOf(zip)) {
    if (!staging.wants(entry)) continue;
    await staging.write(entry, [contentOf(zip, entry)]);
  }
}

const broken = (what: string) =>
  new ImportRefusal('the zip file', what, 'pack the course’s folder anew, as .zip or .tar.gz');

function directoryOf(zip: Buffer): ZipEntry[] {
  const end = endOf(zip);
  const count = zip.readUInt16LE(end + 10);
  if (zip.readUInt16LE(end + 4) !== 0 || zip.readUInt16LE(end + 8) !== count) throw broken('has several parts');
  let at = zip.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff) throw broken('is of the large kind');
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > end || zip.readUInt32LE(at) !== CENTRAL) throw broken('has a broken directory');
    const nameBytes = zip.readUInt16LE(at + 28);
    entries.push(entryAt(zip, at, nameBytes));
    at += CENTRAL_BYTES + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/** The record at the end of the file, before a comment. */
function endOf(zip: Buffer): number {
  const earliest = Math.max(0, zip.length - END_BYTES - LONGEST_COMMENT);
  for (let at = zip.length - END_BYTES; at >= earliest; at--) {
    if (zip.readUInt32LE(at) === END && at + END_BYTES + zip.readUInt16LE(at + 20) === zip.length) return at;
  }
  throw broken('has no end: it is cut off, or no zip file');
}

function entryAt(zip: Buffer, at: number, nameBytes: number): ZipEntry {
  const name = zip.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
  if ((zip.readUInt16LE(at + 8) & 1) !== 0) throw new ImportRefusal(name, 'is encrypted', 'pack it without a password');
  const isUnix = zip.readUInt8(at + 5) === UNIX;
  const mode = zip.readUInt32LE(at + 38) >>> 16;
  const isLink = isUnix && (mode & TYPE_MASK) === SYMLINK;
  return {
    name,
    kind: isLink ? 'link' : name.endsWith('/') ? 'folder' : 'file',
    method: zip.readUInt16LE(at + 10),
    crc: zip.readUInt32LE(at + 16),
    packed: zip.readUInt32LE(at + 20),
    size: zip.readUInt32LE(at + 24),
    at: zip.readUInt32LE(at + 42),
  };
}

function contentOf(zip: Buffer, { name, method, packed, size, at, crc }: ZipEntry): Buffer {
  if (at + LOCAL_BYTES > zip.length || zip.readUInt32LE(at) !== LOCAL) throw broken('names a file that is not there');
  const from = at + LOCAL_BYTES + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  if (from + packed > zip.length) throw broken('is cut off');
  const content = unpack(zip.subarray(from, from + packed), { name, method, size });
  if (content.length !== size || crc32(content) !== crc) throw new ImportRefusal(name, 'is damaged', 'send it again');
  return content;
}

function unpack(packed: Buffer, { name, method, size }: Pick<ZipEntry, 'name' | 'method' | 'size'>): Buffer {
  if (method === 0) return packed;
  if (method !== 8) throw new ImportRefusal(name, `is packed in a way that is not read (${method})`, 'use deflate');
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    // Damaged, or more than was announced.
    throw new ImportRefusal(name, 'does not unpack to its announced size', 'pack it anew');
  }
}

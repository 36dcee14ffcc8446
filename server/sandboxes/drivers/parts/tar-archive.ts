import { AppError } from '#server/errors.ts';
import type { SandboxFile } from '#server/sandboxes/driver.ts';

const BLOCK_BYTES = 512;
/** Owner written into packed archives: GNU tar looks the name up inside the sandbox. */
const OWNER = 'student';

/** A POSIX (ustar + pax path) archive of plain files, to be unpacked inside the sandbox by its own tar. */
export function packTar(files: readonly SandboxFile[]): Buffer {
  const folders = new Set(files.flatMap(({ path }) => parents(path)));
  const folderBlocks = [...folders]
    .sort()
    .flatMap((name) => [...paxPath(name), header({ name: shortName(name), mode: 0o755, size: 0, type: '5' })]);
  const fileBlocks = files.flatMap((file) => [
    ...paxPath(file.path),
    header({ name: shortName(file.path), mode: file.mode, size: file.content.length, type: '0' }),
    padded(file.content),
  ]);
  return Buffer.concat([...folderBlocks, ...fileBlocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

/** Plain files of an archive that a sandbox's tar wrote, which may be hostile; anything else in it is passed over. */
export function unpackTar(archive: Uint8Array): SandboxFile[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const files: SandboxFile[] = [];
  let longName: string | null = null;
  let at = 0;
  while (at + BLOCK_BYTES <= bytes.length && bytes[at] !== 0) {
    const entry = readHeader(bytes.subarray(at, at + BLOCK_BYTES));
    const content = bytes.subarray(at + BLOCK_BYTES, at + BLOCK_BYTES + entry.size);
    if (content.length < entry.size) throw new AppError('sandbox_failed', 'archive from the sandbox is cut short');
    if (entry.type === 'L') longName = cString(content);
    else if (entry.type === 'x') longName = paxField(content, 'path') ?? longName;
    else {
      const isFile = entry.type === '0' || entry.type === '\0';
      if (isFile) files.push({ path: longName ?? entry.name, content: Uint8Array.from(content), mode: entry.mode });
      longName = null;
    }
    at += BLOCK_BYTES + Math.ceil(entry.size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return files;
}

/** `a/b/c` has the parents `a` and `a/b`. */
function parents(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, i) => names.slice(0, i + 1).join('/')).filter((name) => name !== '');
}

type Header = { name: string; mode: number; size: number; type: string };

function header({ name, mode, size, type }: Header): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0, 100, 'utf8');
  block.write(`${octal(mode & 0o7777, 7)}\0`, 100);
  block.write(`${octal(1000, 7)}\0${octal(1000, 7)}\0`, 108);
  block.write(`${octal(size, 11)}\0${octal(0, 11)}\0`, 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257, 'latin1');
  block.write(OWNER, 265);
  block.write(OWNER, 297);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

const octal = (value: number, width: number): string => value.toString(8).padStart(width, '0');

function padded(content: Uint8Array): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES)]);
}

const shortName = (path: string): string => (Buffer.byteLength(path) <= 100 ? path : 'long-name');

function paxPath(path: string): Buffer[] {
  if (Buffer.byteLength(path) <= 100) return [];
  const body = ` path=${path}\n`;
  const bodyBytes = Buffer.byteLength(body);
  let total = bodyBytes + String(bodyBytes).length;
  if (bodyBytes + String(total).length !== total) total = bodyBytes + String(total).length;
  const record = Buffer.from(`${total}${body}`);
  return [header({ name: 'pax', mode: 0o644, size: record.length, type: 'x' }), padded(record)];
}

function readHeader(block: Buffer): Header {
  const number = (from: number, length: number) => octalNumber(cString(block.subarray(from, from + length)));
  const prefix = cString(block.subarray(345, 500));
  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0';
  const name = cString(block.subarray(0, 100));
  return {
    name: isUstar && prefix !== '' ? `${prefix}/${name}` : name,
    mode: number(100, 8) & 0o7777,
    size: number(124, 12),
    type: String.fromCharCode(block[156] ?? 0),
  };
}

/** Digits only: a size below zero would have us read one entry for ever. */
function octalNumber(text: string): number {
  const digits = text.trim();
  if (!/^[0-7]*$/.test(digits))
    throw new AppError('sandbox_failed', 'archive from the sandbox has a number that is none');
  return Number.parseInt(digits, 8) || 0;
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

function paxField(content: Buffer, key: string): string | null {
  for (const line of content.toString('utf8').split('\n')) {
    const field = line.slice(line.indexOf(' ') + 1);
    if (field.startsWith(`${key}=`)) return field.slice(key.length + 1);
  }
  return null;
}

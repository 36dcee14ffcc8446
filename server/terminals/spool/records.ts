import { crc32 } from 'node:zlib';
import { z } from 'zod';

/**
 * A spool file is a row of records: a `begin` record that says whose bytes follow, then `output` records, each with the
 * absolute offset of its first byte. A reader stops at the first record that is cut, damaged or does not follow on.
 */
export const HEADER_BYTES = 24;
const MAGIC = 0x43_48_53_31;
const CHECKED_BYTES = 20;
const TWO_TO_32 = 2 ** 32;
const KINDS = { begin: 1, output: 2 } as const;
type Kind = keyof typeof KINDS;

const story = z.object({ terminalId: z.uuid() });
/** Whose bytes a spool holds. */
export type Story = z.infer<typeof story>;

/** One record, ready to be written: its header and its payload, uncopied. */
export function record(kind: Kind, offset: number, payload: readonly Uint8Array[]): Uint8Array[] {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  const length = payload.reduce((sum, piece) => sum + piece.length, 0);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(KINDS[kind], 4);
  header.writeUInt32LE(Math.floor(offset / TWO_TO_32), 8);
  header.writeUInt32LE(offset % TWO_TO_32, 12);
  header.writeUInt32LE(length, 16);
  header.writeUInt32LE(checksum(header, payload), CHECKED_BYTES);
  return [header, ...payload];
}

export const beginRecord = (offset: number, told: Story): Uint8Array[] =>
  record('begin', offset, [Buffer.from(JSON.stringify(told))]);

/** What a file holds that is whole. `length`: where its next record goes. */
export type Segment = { story: Story; start: number; end: number; pieces: Buffer[]; length: number };

/** Null when not even its beginning is whole. A later `begin` record in the file is a later process's. */
export function readSegment(file: Buffer): Segment | null {
  let segment: Segment | null = null;
  for (let at = 0; ; ) {
    const next = readRecord(file, at);
    if (next === null) return segment;
    if (next.kind === KINDS.begin) {
      const told = storyOf(next.payload);
      if (told === null || (segment && !follows(segment, told, next.offset))) return segment;
      segment ??= { story: told, start: next.offset, end: next.offset, pieces: [], length: 0 };
      segment.story = told;
    } else {
      if (segment === null || next.offset !== segment.end) return segment;
      segment.pieces.push(next.payload);
      segment.end += next.payload.length;
    }
    at += HEADER_BYTES + next.payload.length;
    segment.length = at;
  }
}

const follows = (segment: Segment, told: Story, offset: number) =>
  offset === segment.end && told.terminalId === segment.story.terminalId;

function readRecord(file: Buffer, at: number) {
  if (at + HEADER_BYTES > file.length || file.readUInt32LE(at) !== MAGIC) return null;
  const length = file.readUInt32LE(at + 16);
  const header = file.subarray(at, at + HEADER_BYTES);
  const payload = file.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
  if (payload.length !== length || checksum(header, [payload]) !== header.readUInt32LE(CHECKED_BYTES)) return null;
  const offset = header.readUInt32LE(8) * TWO_TO_32 + header.readUInt32LE(12);
  return { kind: header.readUInt32LE(4), offset, payload };
}

function checksum(header: Buffer, payload: readonly Uint8Array[]): number {
  return payload.reduce((sum, piece) => crc32(piece, sum), crc32(header.subarray(0, CHECKED_BYTES)));
}

function storyOf(payload: Buffer): Story | null {
  try {
    return story.parse(JSON.parse(payload.toString()));
  } catch {
    // Its checksum is right: written by another version of the product.
    return null;
  }
}

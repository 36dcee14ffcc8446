import { closeSync, constants, ftruncateSync, openSync, readFileSync, rmSync, writevSync } from 'node:fs';
import { log } from '#server/log.ts';
import { beginRecord, readSegment, record, type Segment, type Story } from './records.ts';

/** Whose output it is, and the offset of the first byte that will be told. */
export type SpooledShell = { id: string; start: number };

/** Output that an earlier process of ours read: the bytes from offset `start`. */
export type KeptOutput = { start: number; bytes: Buffer };

type Place = { files: readonly [string, string]; current: number; position: number };

/**
 * A shell's newest output on disk, for the process that comes after this one. Two files take turns: when one is full the
 * other is written over from its start, so that together they hold at least `bytes` and never twice as much.
 *
 * It is written before any page gets the same bytes, in one unsynced call: after kill -9 it holds all that any page has.
 * A power cut may cost its end, and the machine's shells with it. A fault of the disk costs the scrollback alone.
 */
export class Spool {
  readonly story: Story;
  #kept: KeptOutput | null;
  readonly #bytes: number;
  readonly #place: Place;
  #file: number | null = null;
  #end: number;

  /**
   * Goes on with what is there and whole, where it is of this shell and nothing is missing before what it will tell;
   * begins anew otherwise. `path` is without its ending; its folder must exist.
   */
  constructor(path: string, bytes: number, shell: SpooledShell) {
    this.#bytes = bytes;
    const files = [`${path}.0`, `${path}.1`] as const;
    const left = recover(files);
    const found = left && left.story.terminalId === shell.id && left.end >= shell.start ? left : null;
    this.#end = found?.end ?? shell.start;
    this.#kept = found && { start: found.start, bytes: found.bytes };
    this.story = { terminalId: shell.id };
    this.#place = { files, current: found?.current ?? 0, position: found?.position ?? 0 };
    this.#try(() => {
      if (!found) for (const file of files) rmSync(file, { force: true });
      this.#open();
      this.#write(beginRecord(this.#end, this.story));
    });
  }

  /** What earlier processes left; told once, so that it is not kept twice in memory. */
  takeKept(): KeptOutput | null {
    const kept = this.#kept;
    this.#kept = null;
    return kept;
  }

  /** Bytes from this offset on. Never throws: what cannot be written costs the spool, not the terminal. */
  append(offset: number, pieces: readonly Uint8Array[]): void {
    if (this.#file === null) return;
    this.#try(() => {
      const follows = offset === this.#end;
      this.#end = offset;
      if (!follows || this.#place.position >= this.#bytes) this.#turn();
      this.#write(record('output', offset, pieces));
      for (const piece of pieces) this.#end += piece.length;
    });
  }

  /** Leaves it for the next process. */
  close(): void {
    const file = this.#file;
    this.#file = null;
    if (file !== null) closeSync(file);
  }

  /** The shell has ended: there is nothing to go on with. */
  remove(): void {
    this.close();
    for (const file of this.#place.files) rmSync(file, { force: true });
  }

  #turn(): void {
    this.close();
    this.#place.current = 1 - this.#place.current;
    this.#place.position = 0;
    this.#open();
    this.#write(beginRecord(this.#end, this.story));
  }

  /** What stands behind the place of the next record is older, and does not follow on: it need not be cut off. */
  #open(): void {
    const { files, current, position } = this.#place;
    const file = files[current === 0 ? 0 : 1];
    this.#file = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    if (position > 0) ftruncateSync(this.#file, position);
  }

  #write(pieces: readonly Uint8Array[]): void {
    if (this.#file === null) return;
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const written = writevSync(this.#file, pieces, this.#place.position);
    if (written !== length) throw new Error(`the disk took ${written} of ${length} bytes`);
    this.#place.position += length;
  }

  #try(run: () => void): void {
    try {
      run();
    } catch (error) {
      log.error('terminal.spool_failed', error, { terminalId: this.story.terminalId });
      this.remove();
    }
  }
}

type Recovered = { story: Story; start: number; end: number; bytes: Buffer; current: number; position: number };

function recover(files: readonly string[]): Recovered | null {
  const read = files.map((file) => readIfThere(file));
  const found = read.flatMap((file, index) => {
    const segment = file && readSegment(file);
    return segment ? [{ ...segment, index }] : [];
  });
  const [older, newest] = found.length === 2 ? found.toSorted((a, b) => a.end - b.end) : [null, found[0]];
  if (!newest) return null;
  const joined = older && joins(older, newest) ? older : null;
  return {
    story: newest.story,
    start: joined?.start ?? newest.start,
    end: newest.end,
    bytes: Buffer.concat([...(joined?.pieces ?? []), ...newest.pieces]),
    current: newest.index,
    position: newest.length,
  };
}

const joins = (older: Segment, newest: Segment) =>
  older.end === newest.start && older.story.terminalId === newest.story.terminalId;

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    // Not there, or not to be read: either way there is nothing to go on with.
    return null;
  }
}

import type { Size } from '#server/sandboxes/driver.ts';

/** The frames of server/holder/PROTOCOL.md, as the server writes and reads them. */

export const SHELL_ID_BYTES = 16;
const HEAD_BYTES = 5;
/** What is not output is short. */
const LONGEST_WORDS = 64;
const LARGEST_OUTPUT = 1024 * 1024;

export type Hello = {
  /** Of the shell that begins where none of that name is held. */
  id: Buffer;
  mayBegin: boolean;
  size: Size;
  /** How much output may come before more is granted. */
  credit: number;
  token: string;
  name: string;
};

export function helloFrame({ id, mayBegin, size, credit, token, name }: Hello): Buffer {
  const fixed = Buffer.alloc(14);
  fixed.writeUInt8(mayBegin ? 1 : 0, 0);
  fixed.writeUInt16BE(size.rows, 1);
  fixed.writeUInt16BE(size.cols, 3);
  fixed.writeBigUInt64BE(BigInt(credit), 5);
  const secret = Buffer.from(token);
  return frame('H', [fixed.subarray(0, 13), id, Buffer.of(secret.length), secret, Buffer.from(name)]);
}

export const inputFrame = (offset: number, keys: Uint8Array): Buffer => frame('I', [numbers(offset), keys]);
/** `kept`: output before it is safe with us. `limit`: output may come up to there. */
export const takenFrame = (kept: number, limit: number): Buffer => frame('A', [numbers(kept, limit)]);
export const askFrame = (): Buffer => frame('P', []);
export const hangUpFrame = (): Buffer => frame('K', []);
export const forgetFrame = (): Buffer => frame('F', []);

export function resizeFrame({ rows, cols }: Size): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt16BE(rows, 0);
  payload.writeUInt16BE(cols, 2);
  return frame('R', [payload]);
}

function frame(type: string, payload: readonly Uint8Array[]): Buffer {
  const length = payload.reduce((sum, piece) => sum + piece.length, 0);
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, ...payload]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64BE(BigInt(value), 8 * index);
  return bytes;
}

export type HolderWord =
  /** `start`: offset of the output that follows. `received`: offset of the next key. */
  | { type: 'welcome'; id: Buffer; start: number; received: number }
  | { type: 'none' }
  | { type: 'taken'; offset: number }
  | { type: 'here' }
  | { type: 'exit'; code: number; signal: number };

type Heard = { output(bytes: Buffer): void; word(word: HolderWord): void };

/** Reads what a holder says. A student may have put another program in its place: `push` throws at what none would say. */
export class HolderReader {
  readonly #heard: Heard;
  #waiting = Buffer.alloc(0);
  #outputLeft = 0;

  constructor(heard: Heard) {
    this.#heard = heard;
  }

  push(data: Buffer): void {
    let rest = this.#waiting.length > 0 ? Buffer.concat([this.#waiting, data]) : data;
    this.#waiting = Buffer.alloc(0);
    while (rest.length > 0) {
      if (this.#outputLeft > 0) {
        const output = rest.subarray(0, this.#outputLeft);
        this.#outputLeft -= output.length;
        rest = rest.subarray(output.length);
        this.#heard.output(output);
        continue;
      }
      const length = rest.length < HEAD_BYTES ? 0 : rest.readUInt32BE(1);
      const isOutput = rest[0] === OUTPUT;
      if (length > (isOutput ? LARGEST_OUTPUT : LONGEST_WORDS)) throw new RangeError(`a frame of ${length} bytes`);
      if (rest.length < HEAD_BYTES + (isOutput ? 0 : length)) {
        this.#waiting = Buffer.from(rest);
        return;
      }
      if (isOutput) this.#outputLeft = length;
      else this.#heard.word(wordOf(rest[0], rest.subarray(HEAD_BYTES, HEAD_BYTES + length)));
      rest = rest.subarray(HEAD_BYTES + (isOutput ? 0 : length));
    }
  }
}

const OUTPUT = 0x4f;

function wordOf(type: number | undefined, payload: Buffer): HolderWord {
  switch (type === undefined ? '' : String.fromCharCode(type)) {
    case 'W':
      return {
        type: 'welcome',
        id: requireUuid(Buffer.from(payload.subarray(0, SHELL_ID_BYTES))),
        start: numberAt(payload, SHELL_ID_BYTES),
        received: numberAt(payload, SHELL_ID_BYTES + 8),
      };
    case 'N':
      return { type: 'none' };
    case 'T':
      return { type: 'taken', offset: numberAt(payload, 0) };
    case 'P':
      return { type: 'here' };
    case 'X':
      return { type: 'exit', code: payload.readUInt8(0), signal: payload.readUInt8(1) };
    default:
      throw new RangeError(`no frame of a holder: ${type}`);
  }
}

/** Of the kind we propose: it becomes the name of a terminal. */
function requireUuid(id: Buffer): Buffer {
  if (id.length !== SHELL_ID_BYTES || id.readUInt8(6) >> 4 !== 4 || id.readUInt8(8) >> 6 !== 2)
    throw new RangeError('no id of a shell');
  return id;
}

function numberAt(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64BE(at));
  if (!Number.isSafeInteger(value)) throw new RangeError('an offset that no shell reaches');
  return value;
}

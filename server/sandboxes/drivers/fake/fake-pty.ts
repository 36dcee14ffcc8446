import { randomUUID } from 'node:crypto';
import type { ShellExit, Size } from '#server/sandboxes/driver.ts';
import { type FakeOutcome, type FakeState, runFakeLine } from './fake-command.ts';

type Reader = { output: (data: Uint8Array) => void; exit: (exit: ShellExit) => void };

const PROMPT = '$ ';
/** A line discipline holds no longer line: what is typed beyond is lost, as on a real pty. */
const LINE_LIMIT = 4095;

/** A pretend shell with an echoing line discipline. It blocks while nobody reads, as a real one behind a full pty does. */
export class FakePty {
  readonly id = randomUUID();
  readonly #state: FakeState;
  readonly #queue: Iterator<string>[] = [];
  #reader: Reader | null = null;
  #paused = false;
  #line = '';
  #pumping = false;
  #exit: ShellExit | null = null;
  /** Printed, and not kept by any reader; the offset of its first byte. */
  #unkept: Uint8Array[] = [];
  #keptTo = 0;

  constructor(size: Size) {
    this.#state = { variables: new Map(), user: 'student', size, stdin: '' };
    this.#say([PROMPT]);
  }

  get exited(): boolean {
    return this.#exit !== null;
  }

  /** The offset of what the reader is told first. */
  attach(reader: Reader, size: Size): number {
    this.#reader = reader;
    for (const piece of this.#unkept) reader.output(piece);
    this.#state.size = size;
    this.#paused = false;
    this.#pump();
    return this.#keptTo;
  }

  /** Output before the offset need not be told again. Pieces are forgotten whole. */
  kept(offset: number): void {
    for (let first = this.#unkept[0]; first && this.#keptTo + first.length <= offset; first = this.#unkept[0]) {
      this.#keptTo += first.length;
      this.#unkept.shift();
    }
  }

  /** Only the reader that is attached now can let go. */
  detach(reader: Reader): void {
    if (this.#reader === reader) this.#reader = null;
  }

  resize(size: Size): void {
    this.#state.size = size;
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (!paused) this.#pump();
  }

  write(data: Uint8Array): void {
    for (const key of new TextDecoder().decode(data)) this.#key(key);
  }

  /** Endless output, for the Flood variant. */
  flood(): void {
    this.#queue.push(endlessLines());
    this.#pump();
  }

  end(exit: ShellExit): void {
    if (this.#exit !== null) return;
    this.#exit = exit;
    this.#queue.length = 0;
    this.#reader?.exit(exit);
  }

  #key(key: string): void {
    if (key === '\x03') {
      this.#queue.length = 0;
      this.#line = '';
      this.#say([`^C\n${PROMPT}`]);
    } else if (key === '\r') this.#enter();
    else if (this.#line.length < LINE_LIMIT) {
      this.#line += key;
      this.#say([key]);
    }
  }

  #enter(): void {
    const outcomes = runFakeLine(this.#line, this.#state);
    this.#line = '';
    this.#say(['\n']);
    for (const outcome of outcomes) {
      this.#run(outcome);
      if (outcome.exits || outcome.forever) return;
    }
    this.#say([PROMPT]);
  }

  #run(outcome: FakeOutcome): void {
    this.#say(outcome.stdout);
    if (outcome.stderr !== '') this.#say([outcome.stderr]);
    if (outcome.exits) this.#queue.push(this.#leaving(outcome.exitCode));
    this.#pump();
  }

  *#leaving(exitCode: number): Generator<string> {
    yield 'exit\n';
    this.end({ exitCode, signal: null });
  }

  #say(text: Iterable<string>): void {
    this.#queue.push(text[Symbol.iterator]());
    this.#pump();
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#step();
    });
  }

  #print(reader: Reader, piece: Uint8Array): void {
    this.#unkept.push(piece);
    reader.output(piece);
  }

  /** One piece per turn of the event loop, so that pause takes hold between pieces. */
  #step(): void {
    const source = this.#queue[0];
    if (source === undefined || this.#paused || this.#reader === null || this.#exit !== null) return;
    const piece = source.next();
    if (piece.done) this.#queue.shift();
    else this.#print(this.#reader, Buffer.from(piece.value.replaceAll('\n', '\r\n')));
    this.#pump();
  }
}

function* endlessLines(): Generator<string> {
  for (let line = 1; ; line++) yield `${'flood '.repeat(12)}${line}\n`;
}

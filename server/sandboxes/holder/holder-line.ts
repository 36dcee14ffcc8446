import type { Duplex } from 'node:stream';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { askFrame, type Hello, HolderReader, type HolderWord, helloFrame } from './holder-frames.ts';

/**
 * A new way to the holder: for the first time, because the one before broke, or because it is silent. Rejects with
 * `sandbox_gone` when there is no holder any more, and otherwise when there is none just now.
 */
export type DialHolder = (why: 'open' | 'again' | 'doubt') => Promise<Duplex>;

/** A sandbox may stand still for a minute while its state is kept. */
const WELCOME_WITHIN_MS = 90_000;
/** While somebody types the holder is asked now and then: output proves nothing, it may have been on its way before. */
const ASKED_AFTER_MS = 1000;
const ANSWERED_WITHIN_MS = 2000;

export type Welcome = Extract<HolderWord, { type: 'welcome' }>;

type Heard = {
  /** `from`: offset of its first byte. */
  output(bytes: Buffer, from: number): void;
  taken(offset: number): void;
  exit(code: number, signal: number): void;
  closed(): void;
};

/** One connection to a holder, about one shell. */
export class HolderLine {
  readonly welcome: Welcome;
  readonly #stream: Duplex;
  #heard: Heard | null = null;
  #early: ((heard: Heard) => void)[] = [];
  #outputAt: number;
  #isClosed = false;
  #doubt: { timer: NodeJS.Timeout; isOver: boolean } | null = null;

  private constructor(stream: Duplex, welcome: Welcome) {
    this.#stream = stream;
    this.welcome = welcome;
    this.#outputAt = welcome.start;
  }

  /** Null where there is no such shell and none may be begun. */
  static open(stream: Duplex, hello: Hello): Promise<HolderLine | null> {
    const { promise, resolve, reject } = Promise.withResolvers<HolderLine | null>();
    const late = setTimeout(() => stream.destroy(new Error('no welcome')), WELCOME_WITHIN_MS);
    let line: HolderLine | null = null;
    const reader = new HolderReader({
      output: (bytes) => line?.heardOutput(bytes),
      word: (word) => {
        if (line) return line.heardWord(word);
        clearTimeout(late);
        if (word.type === 'none') stream.destroy();
        else if (word.type === 'welcome') line = new HolderLine(stream, word);
        else throw new RangeError(`${word.type} before a welcome`);
        resolve(line);
      },
    });
    stream.on('data', (data: Buffer) => {
      try {
        reader.push(data);
      } catch (error) {
        stream.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    stream.on('error', (error) => log.debug('shell.line_broke', { reason: error.message }));
    stream.once('close', () => {
      clearTimeout(late);
      reject(new AppError('sandbox_failed', 'the holder did not answer'));
      line?.heardClose();
    });
    stream.write(helloFrame(hello));
    return promise;
  }

  /** Offset behind the output that was heard last. */
  get outputAt(): number {
    return this.#outputAt;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** An answer is due, and has not come. */
  get isDoubted(): boolean {
    return this.#doubt?.isOver ?? false;
  }

  /** Told of everything, what came before included. */
  listen(heard: Heard): void {
    this.#heard = heard;
    for (const say of this.#early.splice(0)) say(heard);
    if (this.#isClosed) heard.closed();
  }

  send(frame: Buffer): void {
    if (this.#stream.writable) this.#stream.write(frame);
  }

  close(): void {
    this.#heard = null;
    this.#forgetDoubt();
    this.#stream.end(() => this.#stream.destroy());
  }

  fail(why: string): void {
    this.#stream.destroy(new Error(why));
  }

  /** Calls back when the holder does not answer for a while. */
  expectAnswer(silent: () => void): void {
    if (this.#doubt || this.#isClosed) return;
    const ask = () => {
      if (!this.#doubt) return;
      this.send(askFrame());
      this.#doubt.timer = setTimeout(giveUp, ANSWERED_WITHIN_MS);
    };
    const giveUp = () => {
      if (!this.#doubt) return;
      this.#doubt.isOver = true;
      silent();
    };
    this.#doubt = { timer: setTimeout(ask, ASKED_AFTER_MS), isOver: false };
  }

  private heardOutput(bytes: Buffer): void {
    const from = this.#outputAt;
    this.#outputAt += bytes.length;
    this.#tell((heard) => heard.output(bytes, from));
  }

  private heardWord(word: HolderWord): void {
    if (word.type === 'here') this.#forgetDoubt();
    else if (word.type === 'taken') this.#tell((heard) => heard.taken(word.offset));
    else if (word.type === 'exit') this.#tell((heard) => heard.exit(word.code, word.signal));
    else throw new RangeError(`${word.type} in the middle`);
  }

  private heardClose(): void {
    this.#isClosed = true;
    this.#forgetDoubt();
    this.#heard?.closed();
  }

  #tell(say: (heard: Heard) => void): void {
    if (this.#heard) say(this.#heard);
    else this.#early.push(say);
  }

  #forgetDoubt(): void {
    clearTimeout(this.#doubt?.timer);
    this.#doubt = null;
  }
}

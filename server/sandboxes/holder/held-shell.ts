import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Shell, ShellExit, Size } from '#server/sandboxes/driver.ts';
import { ShellEvents } from '#server/sandboxes/drivers/parts/shell-events.ts';
import { forgetFrame, hangUpFrame, resizeFrame, SHELL_ID_BYTES, takenFrame } from './holder-frames.ts';
import { type DialHolder, HolderLine } from './holder-line.ts';
import { KeyQueue } from './key-queue.ts';
import { requireShellName } from './shell-name.ts';

/** Output on its way from the holder to us. More would only be more to wait for after a Ctrl-C. */
export const CREDIT_BYTES = 64 * 1024;
/** The holder may forget in steps of this size. */
const KEPT_STEP_BYTES = 16 * 1024;
const REOPEN_TRIES = 120;
const REOPEN_TRY_MS = 500;
const HUNG_UP_WITHIN_MS = 3000;

export type HeldShellRequest = {
  name: string;
  size: Size;
  token: string;
  dial: DialHolder;
  /** Somebody types. */
  onWrite?: () => void;
};

/** Opens the shell of that name at its holder, or begins it there. */
export async function openHeldShell(request: HeldShellRequest): Promise<Shell> {
  requireShellName(request.name);
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
  const hello = { ...request, id, mayBegin: true, credit: CREDIT_BYTES };
  const line = await HolderLine.open(await request.dial('open'), hello);
  if (line === null) throw new AppError('sandbox_failed', `the holder began no shell ${request.name}`);
  return new HeldShell(request, line);
}

/**
 * A shell that lives in a holder beside it. Its output has offsets, and so have the keys: whatever becomes of the line
 * between us, what was said on it is neither lost nor said twice.
 */
class HeldShell implements Shell {
  readonly held = true;
  readonly id: string;
  readonly start: number;
  readonly #request: HeldShellRequest;
  readonly #events = new ShellEvents();
  readonly #keys: KeyQueue;
  #size: Size;
  #line: HolderLine;
  #received: number;
  #kept: number;
  #toldKept: number;
  #limit: number;
  #paused = false;
  #detached = false;
  #reopening = false;

  constructor(request: HeldShellRequest, line: HolderLine) {
    this.#request = request;
    this.#size = request.size;
    this.#line = line;
    const { id, start, received } = line.welcome;
    this.id = uuidOf(id);
    this.start = start;
    this.#received = start;
    this.#kept = start;
    this.#toldKept = start;
    this.#limit = start + CREDIT_BYTES;
    this.#keys = new KeyQueue(received);
    this.#listen(line);
  }

  write(keys: Uint8Array): void {
    if (this.#events.exited || this.#detached) return;
    this.#request.onWrite?.();
    if (!this.#keys.add(keys)) log.warn('shell.keys_dropped', { name: this.#request.name, bytes: keys.length });
    this.#keys.sendTo(this.#line);
    this.#line.expectAnswer(() => this.#doubt());
  }

  resize(size: Size): void {
    this.#size = size;
    this.#line.send(resizeFrame(size));
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#grant();
  }

  kept(offset: number): void {
    this.#kept = Math.max(this.#kept, offset);
    if (this.#kept - this.#toldKept >= KEPT_STEP_BYTES) this.#tellTaken();
  }

  onOutput(listener: (data: Uint8Array) => void): Disposable {
    return this.#events.onOutput(listener);
  }

  onExit(listener: (exit: ShellExit) => void): Disposable {
    return this.#events.onExit(listener);
  }

  detach(): void {
    if (this.#events.exited || this.#detached) return;
    this.#detached = true;
    this.#tellTaken();
    this.#events.silence();
    this.#line.close();
  }

  async kill(): Promise<void> {
    if (this.#events.exited || this.#detached) return;
    const exited = Promise.withResolvers<void>();
    this.#events.onExit(() => exited.resolve());
    this.#line.send(hangUpFrame());
    // Nobody may be reading: let the rest run out, so that the end is seen.
    this.resume();
    const timer = setTimeout(() => this.#exit(KILLED), HUNG_UP_WITHIN_MS);
    await exited.promise;
    clearTimeout(timer);
  }

  #listen(line: HolderLine): void {
    line.listen({
      output: (bytes, from) => this.#take(line, bytes, from),
      taken: (offset) => {
        this.#keys.taken(offset);
        this.#keys.sendTo(line);
      },
      exit: (code, signal) =>
        this.#exit(signal ? { exitCode: null, signal: nameOf(signal) } : { exitCode: code, signal: null }),
      closed: () => {
        if (line === this.#line) void this.#reopen('again');
      },
    });
  }

  /** `#received` may be ahead of a new line: then its first bytes are known. */
  #take(line: HolderLine, bytes: Buffer, from: number): void {
    if (from + bytes.length > this.#limit) {
      line.fail('more output than was granted');
      return;
    }
    const fresh = bytes.subarray(Math.max(0, this.#received - from));
    if (fresh.length === 0) return;
    this.#received += fresh.length;
    this.#events.emit(fresh);
    this.#grant();
  }

  #grant(): void {
    if (this.#paused || this.#limit - this.#received > CREDIT_BYTES / 2) return;
    this.#limit = this.#received + CREDIT_BYTES;
    this.#tellTaken();
  }

  #tellTaken(): void {
    // A new line may still repeat what is safe: nothing is given up that is on its way.
    this.#toldKept = Math.min(this.#kept, this.#line.outputAt);
    this.#line.send(takenFrame(this.#toldKept, this.#limit));
  }

  /** Nothing came back for a while: the way may be closed, or the whole sandbox may stand still. */
  #doubt(): void {
    log.info('shell.line_doubted', { name: this.#request.name });
    void this.#reopen('doubt');
  }

  /** The shell has ended with its holder, or only our line is gone. */
  async #reopen(why: 'again' | 'doubt'): Promise<void> {
    if (this.#reopening || this.#detached || this.#events.exited) return;
    this.#reopening = true;
    try {
      const fate = await this.#tryToReopen(why);
      if (fate === 'lost' && !this.#detached) this.#exit(KILLED);
    } finally {
      this.#reopening = false;
    }
    // The line that it was about may have closed meanwhile.
    if (this.#line.isClosed) void this.#reopen('again');
  }

  async #tryToReopen(why: 'again' | 'doubt'): Promise<'open' | 'lost'> {
    const doubted = this.#line;
    for (let tries = 0; tries < REOPEN_TRIES; tries++) {
      if (this.#detached || this.#events.exited) return 'open';
      if (why === 'doubt' && (doubted.isClosed || !doubted.isDoubted)) return 'open';
      try {
        const stream = await this.#request.dial(why);
        if (why === 'doubt') {
          // What could be dialled runs again: the silent line may answer yet.
          await pause(REOPEN_TRY_MS);
          if (!doubted.isDoubted) {
            stream.destroy();
            return 'open';
          }
        }
        const line = await HolderLine.open(stream, this.#hello());
        if (line === null || uuidOf(line.welcome.id) !== this.id) return 'lost';
        this.#goOn(line);
        return 'open';
      } catch (error) {
        if (errorCode(error) === 'sandbox_gone') return 'lost';
        log.debug('shell.not_reopened', { err: error });
      }
      await pause(REOPEN_TRY_MS);
    }
    return why === 'doubt' ? 'open' : 'lost';
  }

  #hello() {
    const none = { id: Buffer.alloc(SHELL_ID_BYTES), mayBegin: false };
    return { ...this.#request, ...none, size: this.#size, credit: CREDIT_BYTES };
  }

  #goOn(line: HolderLine): void {
    if (this.#detached) {
      line.close();
      return;
    }
    const before = this.#line;
    this.#line = line;
    before.close();
    this.#keys.heardUpTo(line.welcome.received);
    this.#limit = Math.max(this.#limit, line.welcome.start + CREDIT_BYTES);
    this.#listen(line);
    this.#keys.sendTo(line);
    this.#tellTaken();
    log.info('shell.reopened', { name: this.#request.name });
  }

  #exit(exit: ShellExit): void {
    this.#line.send(forgetFrame());
    this.#line.close();
    this.#events.exit(exit);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const KILLED: ShellExit = { exitCode: null, signal: 'SIGKILL' };

const nameOf = (number: number): string =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;

function uuidOf(id: Buffer): string {
  const hex = id.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

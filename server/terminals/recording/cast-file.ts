import { type FileHandle, open } from 'node:fs/promises';
import { log } from '#server/log.ts';

/** What waits for the disk at most: beyond it, lines are refused and nobody waits. */
const QUEUE_BYTES = 1024 * 1024;
/** So much is written without waiting for the next flush. */
const FLUSH_BYTES = 64 * 1024;

export type CastFileOptions = {
  path: string;
  /** Nothing is written before this: a file never exists without its row. */
  ready: Promise<void>;
  queueBytes?: number;
};

/** Appends whole lines to one file; a slow or full disk costs lines, never time of the caller's. */
export class CastFile {
  readonly #options: CastFileOptions;
  #handle: FileHandle | null = null;
  #queue: string[] = [];
  #queued = 0;
  #taken = 0;
  #writing: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(options: CastFileOptions) {
    this.#options = options;
    options.ready.catch((error: unknown) => this.#fail(error));
  }

  /** Bytes of all lines that were taken. */
  get bytes(): number {
    return this.#taken;
  }

  /** Nothing more will be kept: the row or the disk was refused. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Takes whole lines. False when they were not taken, as too much waits already. */
  append(lines: string): boolean {
    const size = Buffer.byteLength(lines);
    if (this.#failed || this.#queued + size > (this.#options.queueBytes ?? QUEUE_BYTES)) return false;
    this.#queue.push(lines);
    this.#queued += size;
    this.#taken += size;
    if (this.#queued >= FLUSH_BYTES) void this.flush();
    return true;
  }

  /** Resolves when all that was taken so far is with the operating system: the end of this process loses none of it. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write()).catch((error: unknown) => this.#fail(error));
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#handle?.close().catch((error: unknown) => this.#fail(error));
    this.#handle = null;
  }

  async #write(): Promise<void> {
    if (this.#queue.length === 0 || this.#failed) return;
    await this.#options.ready;
    this.#handle ??= await open(this.#options.path, 'ax', 0o600);
    const bytes = Buffer.from(this.#queue.splice(0).join(''));
    await this.#handle.appendFile(bytes);
    this.#queued -= bytes.length;
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#queue = [];
    log.warn('recording.failed', { reason: error instanceof Error ? error.message : String(error) });
  }
}

import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Engine } from '#server/sandboxes/engine/engine.ts';
import {
  type AnswerOf,
  ARCHIVE_PATH,
  archiveAnswer,
  DOCKER_SOCKET,
  EVENTS_PATH,
  KEEPER_SOCKET,
  type KeeperEvent,
  type KeeperStatus,
  keeperEvent,
  METHODS,
  type Method,
  type RequestOf,
  refusal,
  type WireImage,
} from '../keeper-contract.ts';
import { holdStill } from './hold-still.ts';

/** What the keeper told last. */
export type Told = { status: KeeperStatus; images: ReadonlyMap<string, WireImage> };
export type KeeperListener = (event: KeeperEvent | { type: 'away' }) => void;

const REOPEN_MS = 200;
const KEPT_LINES = 400;

/** The web process's side of the keeper's socket: asks, and follows what the keeper tells, anew after each break. */
export class KeeperClient {
  /** The engine, as far as the keeper's filter lets us. */
  readonly dockerSocket: string;
  readonly #socketPath: string;
  readonly #listeners = new Set<KeeperListener>();
  #told: Told | null = null;
  #isAway = true;
  #events: IncomingMessage | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isDisposed = false;

  constructor(folder: string) {
    this.#socketPath = path.join(folder, KEEPER_SOCKET);
    this.dockerSocket = path.join(folder, DOCKER_SOCKET);
    this.#follow();
  }

  /** The last that was told, however long ago; null before the first time. */
  get told(): Told | null {
    return this.#told;
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  onEvent(listener: KeeperListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Resolves once the keeper has told all there is. */
  connected(signal: AbortSignal): Promise<Told> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#isAway || this.#told === null) return;
        watching[Symbol.dispose]();
        resolve(this.#told);
      };
      const watching = this.onEvent(look);
      signal.addEventListener('abort', () => {
        watching[Symbol.dispose]();
        reject(new AppError('engine_down', 'the keeper does not answer'));
      });
      look();
    });
  }

  async call<M extends Method>(method: M, request: RequestOf<M>): Promise<AnswerOf<M>> {
    const body = JSON.stringify(METHODS[method].request.parse(request));
    const answer = await this.#ask(`/v1/${method}`, body);
    // The schema of this very method lets it pass.
    return METHODS[method].answer.parse(answer) as AnswerOf<M>;
  }

  /** Lets a sandbox stand still until that is ended, or we die. */
  holdStill(containerId: string): ReturnType<Engine['holdStill']> {
    return holdStill(this.#socketPath, containerId);
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#events?.destroy();
  }

  /** Passes an archive on as it comes; answers the names of its images. */
  async sendArchive(archive: Readable, signal?: AbortSignal): Promise<string[]> {
    return archiveAnswer.parse(await this.#ask(ARCHIVE_PATH, archive, signal));
  }

  async #ask(path: string, body: string | Readable, signal?: AbortSignal): Promise<unknown> {
    const options: RequestOptions = {
      socketPath: this.#socketPath,
      path,
      method: 'POST',
      agent: false,
      ...(signal ? { signal } : {}),
    };
    const { statusCode, said } = await exchange(options, body).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new AppError('engine_down', 'the keeper does not answer', { cause });
    });
    if (statusCode === 200) return said;
    const refused = refusal.safeParse(said);
    if (!refused.success) throw new AppError('internal', `the keeper answered ${statusCode}`);
    throw new AppError(refused.data.code, refused.data.message);
  }

  #follow(): void {
    const asking = httpRequest({ socketPath: this.#socketPath, path: EVENTS_PATH, agent: false });
    asking.once('error', () => this.#lost());
    asking.once('response', (response) => {
      this.#events = response;
      const lines = createInterface({ input: response });
      lines.on('line', (line) => this.#hear(line));
      // A keeper that dies breaks both off; the end of the answer tells.
      lines.on('error', () => undefined);
      response.on('error', () => undefined);
      response.once('close', () => this.#lost());
    });
    asking.end();
  }

  #hear(line: string): void {
    try {
      const event = keeperEvent.parse(JSON.parse(line));
      this.#told = afterEvent(this.#told, event);
      if (event.type === 'all') this.#isAway = false;
      this.#tell(event);
    } catch (error) {
      log.error('keeper.event_unreadable', error);
    }
  }

  #lost(): void {
    if (this.#isDisposed || this.#timer) return;
    if (!this.#isAway) {
      this.#isAway = true;
      log.warn('keeper.away');
      this.#tell({ type: 'away' });
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#follow();
    }, REOPEN_MS);
  }

  #tell(event: Parameters<KeeperListener>[0]): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** What is known after an event. */
export function afterEvent(told: Told | null, event: KeeperEvent): Told | null {
  if (event.type === 'all')
    return { status: event.status, images: new Map(event.images.map((image) => [image.courseId, image])) };
  if (told === null) return null;
  if (event.type === 'engine') return { ...told, status: { ...told.status, engine: event.engine } };
  if (event.type === 'mirror') return { ...told, status: { ...told.status, mirrorRunning: event.running } };
  const { courseId, phase } = event.image;
  const log = phase === 'waiting' ? [] : [...(told.images.get(courseId)?.log ?? []), ...event.lines].slice(-KEPT_LINES);
  return { ...told, images: new Map([...told.images, [courseId, { ...event.image, log }]]) };
}

async function exchange(
  options: RequestOptions,
  body: string | Readable,
): Promise<{ statusCode: number; said: unknown }> {
  const asking = httpRequest(options);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asking.once('response', resolve);
    asking.once('error', reject);
  });
  if (typeof body === 'string') asking.end(body);
  // Refused half way, the keeper's answer says more than the pipe that broke.
  else pipeline(body, asking).catch(() => undefined);
  const response = await answered;
  const said: unknown = JSON.parse(await text(response));
  // What is still to be sent, nobody wants any more.
  asking.destroy();
  return { statusCode: response.statusCode ?? 0, said };
}

import type { RawData, WebSocket } from 'ws';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { type LiveEvent, type LiveRequest, liveRequest, MAX_FRAME_BYTES } from '#server/shared/protocol.ts';
import { frameBytes, frameJson, refusalOf, refuseSocket } from '#server/sockets.ts';
import type { LiveHub, Topic } from './hub.ts';
import { Outbox } from './outbox.ts';

/** A page asks for one thing, an admin's for two; more is a loop. */
const MAX_WATCHES = 8;
/** Requests that wait for the one before them. */
const MAX_WAITING_REQUESTS = 64;
/** Bytes given to the socket before we wait for the network. */
const MAX_BACKLOG_BYTES = 256 * 1024;

export type WatchRequest = Extract<
  LiveRequest,
  { type: 'watch_enrollment' } | { type: 'watch_classroom' } | { type: 'watch_system' }
>;
export type AtStepRequest = Extract<LiveRequest, { type: 'at_step' }>;

/** What a page may follow, and whose presence its socket is: null for all but the student's own page. */
export type Watch = { topics: Topic[]; presence: string | null };

export type WatcherOptions<Actor> = {
  socket: WebSocket;
  hub: LiveHub;
  authorized: Promise<Actor>;
  mayWatch(actor: Actor, request: WatchRequest): Promise<Watch>;
  initial(actor: Actor, request: WatchRequest): Promise<LiveEvent[]>;
  onAtStep(actor: Actor, request: AtStepRequest): Promise<void>;
};

/** One live socket: its requests in order, its watches, and what waits to be sent. */
export class Watcher<Actor> {
  readonly #options: WatcherOptions<Actor>;
  readonly #outbox = new Outbox();
  readonly #watches = new Map<string, Disposable>();
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #flushDue = false;

  constructor(options: WatcherOptions<Actor>) {
    this.#options = options;
    const { socket } = options;
    socket.on('error', (error) => log.debug('live.socket_error', { reason: error.message }));
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => this.#leave());
    options.authorized.catch((error: unknown) => this.#refuse(refusalOf(error, 'live.authorize_failed')));
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#open) return;
    try {
      const request = parse(data, isBinary);
      if (this.#waiting >= MAX_WAITING_REQUESTS) throw new AppError('too_many_tries', 'requests faster than answers');
      this.#waiting += 1;
      this.#work = this.#work.then(() => this.#obey(request));
    } catch (error) {
      this.#refuse(refusalOf(error, 'live.frame_failed'));
    }
  }

  /** Never rejects. A refused watch is told and leaves the socket to the others. */
  async #obey(request: LiveRequest): Promise<void> {
    try {
      const actor = await this.#options.authorized;
      if (!this.#open) return;
      if (request.type === 'at_step') await this.#options.onAtStep(actor, request);
      else await this.#watch(actor, request);
    } catch (error) {
      this.#send({ type: 'error', code: refusalOf(error, 'live.request_failed') });
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Subscribed before the snapshot is taken and heard after it is sent: nothing falls between the two. */
  async #watch(actor: Actor, request: WatchRequest): Promise<void> {
    const key = JSON.stringify(request);
    if (!this.#watches.has(key) && this.#watches.size >= MAX_WATCHES) {
      throw new AppError('too_many_tries', `${MAX_WATCHES} watches already`);
    }
    const { topics, presence } = await this.#options.mayWatch(actor, request);
    if (!this.#open) return;
    const older = this.#watches.get(key);
    let meanwhile: Outbox | null = new Outbox();
    const subscriptions = new DisposableStack();
    for (const topic of topics) {
      subscriptions.use(
        this.#options.hub.subscribe(topic, (event) => {
          if (meanwhile) meanwhile.put(topic, event);
          else this.#enqueue(topic, event);
        }),
      );
    }
    this.#watches.set(key, subscriptions);
    if (presence !== null) subscriptions.use(this.#options.hub.enter(presence));
    // Last, so that asking again is no moment offline.
    older?.[Symbol.dispose]();
    try {
      const snapshot = await this.#options.initial(actor, request);
      for (const event of snapshot) this.#enqueue(topics[0] ?? 'system', event);
      meanwhile.pourInto((topic, event) => this.#enqueue(topic, event));
      meanwhile = null;
    } catch (error) {
      this.#watches.delete(key);
      subscriptions.dispose();
      throw error;
    }
  }

  #enqueue(topic: Topic, event: LiveEvent): void {
    this.#outbox.put(topic, event);
    if (this.#flushDue) return;
    this.#flushDue = true;
    setImmediate(() => {
      this.#flushDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    const { socket } = this.#options;
    while (this.#open && socket.bufferedAmount < MAX_BACKLOG_BYTES) {
      const event = this.#outbox.take();
      if (!event) return;
      this.#send(event);
    }
  }

  #send(event: LiveEvent): void {
    if (!this.#open) return;
    this.#options.socket.send(JSON.stringify(event), () => {
      if (this.#outbox.size > 0) this.#flush();
    });
  }

  get #open(): boolean {
    return this.#options.socket.readyState === this.#options.socket.OPEN;
  }

  #refuse(code: ErrorCode): void {
    refuseSocket(this.#options.socket, code);
    this.#leave();
  }

  #leave(): void {
    for (const watch of this.#watches.values()) watch[Symbol.dispose]();
    this.#watches.clear();
  }
}

function parse(data: RawData, isBinary: boolean): LiveRequest {
  const bytes = frameBytes(data);
  if (bytes.length > MAX_FRAME_BYTES) throw new AppError('frame_too_large', `${bytes.length} bytes`);
  const parsed = liveRequest.safeParse(isBinary ? undefined : frameJson(data));
  if (!parsed.success) throw new AppError('bad_frame', 'not a live request', { cause: parsed.error });
  return parsed.data;
}

import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';

/** Connections of one preview that carry requests at a time; more wait their turn. */
const MAX_SOCKETS = 32;
/** Requests and sockets of one preview that are under way at a time. */
const MAX_UNDER_WAY = 128;
/** Connections are kept for the next request this long: one by a relay costs a command in the sandbox. */
const KEPT_MS = 10_000;

/** What is dialled: `key` tells one sandbox's port from all others. */
export type Target = { key: string; dial: () => Promise<Duplex> };

type Line = { agent: Agent; active: number; closing: Disposable | null };

/** Connections into sandboxes, kept for a moment between requests. */
export class PreviewLines {
  readonly #clock: Clock;
  readonly #lines = new Map<string, Line>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An agent for one request; dispose it when that is over. Refuses with `too_many_tries`. */
  take({ key, dial }: Target): { agent: Agent } & Disposable {
    const line = this.#lines.get(key) ?? { agent: new DialAgent(dial), active: 0, closing: null };
    if (line.active >= MAX_UNDER_WAY) throw new AppError('too_many_tries', `${line.active} requests under way`);
    this.#lines.set(key, line);
    line.closing?.[Symbol.dispose]();
    line.closing = null;
    line.active += 1;
    let isOver = false;
    return {
      agent: line.agent,
      [Symbol.dispose]: () => {
        if (isOver) return;
        isOver = true;
        line.active -= 1;
        if (line.active === 0) line.closing = this.#clock.after(KEPT_MS, () => this.#close(key, line));
      },
    };
  }

  dispose(): void {
    for (const [key, line] of this.#lines) this.#close(key, line);
  }

  #close(key: string, line: Line): void {
    line.closing?.[Symbol.dispose]();
    line.agent.destroy();
    if (this.#lines.get(key) === line) this.#lines.delete(key);
  }
}

/** Node's own pool of connections, over what a sandbox gives us instead of sockets. */
class DialAgent extends Agent {
  readonly #dial: () => Promise<Duplex>;

  constructor(dial: () => Promise<Duplex>) {
    super({ keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_SOCKETS });
    this.#dial = dial;
  }

  override createConnection(_options: unknown, done?: (error: Error | null, stream: Duplex) => void): undefined {
    this.#dial().then(
      (stream) => done?.(null, asSocket(stream)),
      // Node asks for a stream in the type even where there is an error.
      (error: Error) => (done as ((error: Error) => void) | undefined)?.(error),
    );
  }
}

/** What Node's client asks of a socket beside its bytes; a stream through a relay has nothing of it. */
const SOCKET_HABITS = ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref'];

export function asSocket(stream: Duplex): Duplex {
  for (const name of SOCKET_HABITS) {
    if (!(name in stream)) Object.defineProperty(stream, name, { value: () => stream });
  }
  return stream;
}

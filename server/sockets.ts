import type { RawData, WebSocket } from 'ws';
import type { Clock } from './clock.ts';
import { closeCode, errorCode } from './errors.ts';
import { log } from './log.ts';
import type { ErrorCode } from './shared/error-codes.ts';

/** A socket that has not answered the last ping when the next one is due is dead: found within twice this time. */
const PING_EVERY_MS = 20_000;

export interface Heartbeat {
  /** Pings the socket until it closes; ends it when it no longer answers. */
  watch(socket: WebSocket): Disposable;
}

/** One timer for all sockets of a door, running only while there are any. */
export function createHeartbeat(clock: Clock): Heartbeat {
  const answered = new Map<WebSocket, boolean>();
  let timer: Disposable | null = null;

  const beat = () => {
    for (const [socket, alive] of answered) {
      if (!alive) {
        socket.terminate();
        continue;
      }
      answered.set(socket, false);
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  };
  const forget = (socket: WebSocket) => {
    answered.delete(socket);
    if (answered.size > 0) return;
    timer?.[Symbol.dispose]();
    timer = null;
  };

  return {
    watch(socket) {
      const alive = () => {
        if (answered.has(socket)) answered.set(socket, true);
      };
      answered.set(socket, true);
      timer ??= clock.every(PING_EVERY_MS, beat);
      socket.on('pong', alive);
      socket.on('message', alive);
      return { [Symbol.dispose]: () => forget(socket) };
    },
  };
}

/** Tells the page why in an `error` event, then closes with the code's own number. Safe on a closed socket. */
export function refuseSocket(socket: WebSocket, code: ErrorCode): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.send(JSON.stringify({ type: 'error', code }));
  socket.close(closeCode(code), code);
}

/** The code of a thrown thing; faults are logged, refusals only when looked for. */
export function refusalOf(error: unknown, event: string): ErrorCode {
  const code = errorCode(error);
  if (code === 'internal') log.error(event, error);
  else log.debug(event, { code, reason: error instanceof Error ? error.message : String(error) });
  return code;
}

/** The bytes of a frame, whichever of the library's three shapes it came in. */
export function frameBytes(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** What a text frame says, or undefined when it is no JSON. */
export function frameJson(data: RawData): unknown {
  try {
    return JSON.parse(frameBytes(data).toString('utf8'));
  } catch {
    return undefined;
  }
}

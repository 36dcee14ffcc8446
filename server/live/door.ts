import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Clock } from '#server/clock.ts';
import { createHeartbeat, refuseSocket } from '#server/sockets.ts';
import { Watcher, type WatcherOptions } from './watcher.ts';

export type { AtStepRequest, Watch, WatchRequest } from './watcher.ts';

export type LiveDoorOptions<Actor> = Pick<WatcherOptions<Actor>, 'hub' | 'mayWatch' | 'initial' | 'onAtStep'> & {
  clock: Clock;
  /** Who is behind the handshake; rejects with a code when nobody is. Each watch is decided for itself. */
  authorize(request: IncomingMessage, url: URL): Promise<Actor>;
};

export interface LiveDoor {
  /** Takes a socket whose handshake is done. */
  handle(socket: WebSocket, request: IncomingMessage): void;
  /** Tells every page that the server goes. */
  dispose(): void;
}

export function createLiveDoor<Actor>(options: LiveDoorOptions<Actor>): LiveDoor {
  const { hub, mayWatch, initial, onAtStep } = options;
  const heartbeat = createHeartbeat(options.clock);
  const sockets = new Set<WebSocket>();
  return {
    handle(socket, request) {
      request.socket.setNoDelay(true);
      const authorized = authorize(options, request);
      new Watcher<Actor>({ socket, hub, authorized, mayWatch, initial, onAtStep });
      const beating = heartbeat.watch(socket);
      sockets.add(socket);
      socket.once('close', () => {
        beating[Symbol.dispose]();
        sockets.delete(socket);
      });
    },
    dispose() {
      for (const socket of sockets) {
        refuseSocket(socket, 'shutting_down');
        setImmediate(() => socket.terminate());
      }
    },
  };
}

/** Async, so that a throw before the first await is a refusal too. */
async function authorize<Actor>(options: LiveDoorOptions<Actor>, request: IncomingMessage): Promise<Actor> {
  return options.authorize(request, new URL(request.url ?? '/', 'http://localhost'));
}
